import { describe, it } from "vitest";

import type { ActionDefinition } from "../../../src/domain/tool";
import { checkDeployment } from "../../../src/engine/check-definition";
import { action, code, js } from "../run";

const INPUT: ActionDefinition = { name: "INPUT", type: "input" };
const OUTPUT: ActionDefinition = { name: "OUTPUT", type: "output" };

async function sourceIssues(...actions: ActionDefinition[]): Promise<string[]> {
  const checked = await checkDeployment([INPUT, ...actions, OUTPUT]);
  return checked.ok
    ? []
    : checked.issues.map(({ path, message }) => `${path.slice(1).join(".")} ${message}`);
}

describe("JavaScript", () => {
  it("that is none is refused with its place, wherever it stands", async ({ expect }) => {
    const bad = code("BAD", "({ state }) => {\n  return state.INPUT.;\n}");
    const inside = code("INSIDE", "({ state }) => state.");
    const loop = action(
      "loop",
      "LOOP",
      { condition: js("(env) => env.map.iteration <") },
      { actions: [code("FINE", "async (env) => 1"), inside] },
    );
    const deep = action("curl", "CALL", {
      url: "https://a.example",
      body: { a: [js("function (")] },
    });
    const issues = await sourceIssues(bad, loop, deep);
    expect(issues).toHaveLength(4);
    expect(issues[0]).toMatch(
      /^1\.spec\.code is not JavaScript: SyntaxError: .+ \(line 2, column \d+\) \(action BAD\)$/,
    );
    expect(issues[1]).toMatch(/^2\.spec\.condition is not JavaScript: .+ \(action LOOP\)$/);
    expect(issues[2]).toMatch(
      /^2\.actions\.1\.spec\.code is not JavaScript: .+ \(action INSIDE\)$/,
    );
    expect(issues[3]).toMatch(/^3\.spec\.body\.a\.0 is not JavaScript: .+ \(action CALL\)$/);
  });

  it("is only read: nothing of it is run", async ({ expect }) => {
    expect(
      await sourceIssues(
        code("ENDLESS", "for (;;);"),
        code("THROWS", "throw new Error('run')"),
        code("FUNCTION", "function f(env) { return 1; };"),
        action("map", "MAP", { over: js("() => [1]") }, { actions: [code("ONE", "() => 1")] }),
      ),
    ).toEqual([]);
  });
});
