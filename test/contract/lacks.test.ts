/** The suite has every dialect, and what one does not have is said here, in the open. */
import { it } from "vitest";

import { DIALECTS as MOUNTED } from "../../src/api/dialects";
import { makeProject } from "../support/project";
import { NOT_SUPPORTED } from "./dialect";
import { DIALECTS } from "./dialects";

it("has every dialect of threads that is mounted", async ({ expect }) => {
  const project = await makeProject();
  const held = await Promise.all(DIALECTS.map(async ({ write }) => (await write(project)).path));
  for (const { prefix, title } of MOUNTED) {
    const isHeld = held.some((path) => path.startsWith(`${prefix}/`));
    expect({ prefix, isHeld }).toEqual({ prefix, isHeld: title !== undefined });
  }
});

it("names what each dialect does not have", ({ expect }) => {
  expect(Object.fromEntries(DIALECTS.map((dialect) => [dialect.name, lacksOf(dialect)]))).toEqual({
    ReByte: ["threads.readMore", "threads.cursor", "threads.otherUpdate", "threads.form"],
    // Its messages, files and runs are other APIs of the vendor's.
    Metorial: ["messages", "files", "runs"],
    OpenAI: [
      "threads.readMore",
      "threads.cursor",
      "threads.otherUpdate",
      "threads.form",
      "runs.byThemselves.readAnswer",
    ],
    // A page hears and speaks: a server that makes and reads things does it in another dialect.
    "AI SDK": ["threads", "messages", "files", "runs.byThemselves"],
  });
});

/** Paths of what is left out, at any depth. */
function lacksOf(spoken: object): string[] {
  return Object.entries(spoken).flatMap(([name, part]: [string, unknown]) => {
    if (part === NOT_SUPPORTED) {
      return [name];
    }
    const inner = typeof part === "object" && part !== null ? lacksOf(part) : [];
    return inner.map((path) => `${name}.${path}`);
  });
}
