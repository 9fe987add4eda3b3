/** The landing page's calls, pasted into a shell in their order as they stand on a developer's machine. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { expect, it, onTestFinished } from "vitest";

import { startServer, temporaryStateDir } from "../support/local-server.ts";

it("works as pasted on this machine, from the settings to the answer", async () => {
  const state = await temporaryStateDir();
  onTestFinished(() => state.remove());
  const server = await startServer({ script: "start", stateDir: state.dir });
  onTestFinished(() => server.stop());
  const page = await (await fetch(server.url)).text();
  const blocks = [...page.matchAll(/<pre[^>]*><code>([\s\S]*?)<\/code>/g)].map(([, code = ""]) =>
    code
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&amp;", "&"),
  );
  expect(blocks.length).toBe(4);
  const { stdout } = await promisify(execFile)("bash", ["-euc", blocks.join("\n")]);
  expect(stdout).toContain('"content":"Hello, Bobbin"');
  expect(stdout).toContain('{"type":"final","content":null}');
});
