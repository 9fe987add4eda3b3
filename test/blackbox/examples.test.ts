/** The examples, run as README tells, against a server that was started as README tells. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { root } from "../../scripts/local/settings.ts";
import { runScript } from "../support/local-server.ts";
import { ownServer } from "../support/own-server.ts";

const server = ownServer();

/** What each prints on `offline`, beside that provider's words about itself. */
const PRINTED: Record<string, RegExp[]> = {
  "agent-with-tools": [
    /Function calculator answered: 399/,
    /Function orders answered: on its way, due on Tuesday/,
  ],
  "ask-a-pdf": [/Read 2 pages of lighthouse\.pdf\./, /You said: When was the lamp lit\?/],
  "chat-with-memory": [/You said: What is my name\?/, /holds 4 messages\./],
  "cited-answers": [/money back\?\n+\[1\] refunds\.md/, /Saturday\?\n+\[1\] opening-hours\.md/],
  "improve-until-good": [
    /Check 1 {2}\["it does not say today"\]\nCheck 2 {2}\[\]\nSlogan {3}We mend your bicycle today\./,
  ],
  "map-reduce-summary": [/Noted the main points of \d+ parts\.\nSummary /],
};

/** `browser-token`, `client-package` and `ai-sdk-pages` run them. */
const TESTED_ELSEWHERE = ["browser", "chat-page", "cli-chat", "openai-export", "token-backend"];

async function example(name: string): Promise<{ code: number | null; output: string }> {
  const env = { BOBBIN_URL: server.url, OPENAI_API_KEY: "" };
  const { output, exitCode } = runScript(["run", "--silent", "example", "--", name], env);
  return { code: await exitCode, output: output() };
}

it("shows in docs/ the definition that it runs", async () => {
  const page = await readFile(path.join(root, "docs/tools.md"), "utf8");
  const definition = path.join(root, "examples/cited-answers/tool.json");

  expect(page).toContain(`\`\`\`json\n${await readFile(definition, "utf8")}\`\`\``);
});

describe("npm run example", () => {
  it.each(Object.keys(PRINTED))("runs %s", async (name) => {
    const { code, output } = await example(name);

    for (const expected of PRINTED[name] ?? []) {
      expect(output).toMatch(expected);
    }
    expect(code).toBe(0);
  });

  it("deploys a new version where the tool is there already", async () => {
    const { code, output } = await example("improve-until-good");

    expect(output).toContain("Slogan");
    expect(code).toBe(0);
  });

  it("names the examples where it is asked for none", async () => {
    const { code, output } = await example("");

    expect(output).toContain(`Which example? ${Object.keys(PRINTED).join(", ")}`);
    expect(code).toBe(1);
  });

  it("knows every folder of examples but those of pages and of clients", async () => {
    const entries = await readdir(path.join(root, "examples"), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);

    expect(folders.toSorted()).toEqual([...Object.keys(PRINTED), ...TESTED_ELSEWHERE].toSorted());
  });
});
