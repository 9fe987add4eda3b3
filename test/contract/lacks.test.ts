/** The suite has every dialect, and what one does not have is said in its entry, in the open. */
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

it.for(DIALECTS)("names what $name does not have", (dialect, { expect }) => {
  expect(lacksOf(dialect)).toEqual(dialect.lacks);
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
