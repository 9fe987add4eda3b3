/** The config that a run uses, or what is wrong with the changes it asks for. */
import { describe, it } from "vitest";

import type { ActionDefinition } from "../../src/domain/tool";
import { mergeConfig } from "../../src/engine/check-definition";
import { action } from "./run";

const INPUT: ActionDefinition = { name: "INPUT", type: "input" };
const OUTPUT: ActionDefinition = { name: "OUTPUT", type: "output" };
const LOOK = action("knowledge", "LOOK", { query: "{{ INPUT.question }}" });

function declared(name: string) {
  return { name, parameters: { type: "object" } };
}

/** A chat of this spec, of which a run forces a call of `look`. */
function force(spec: object, change: object = {}) {
  const chat = action("chat", "CALL", { messages: "{{ INPUT.messages }}", ...spec });
  return mergeConfig([INPUT, chat, OUTPUT], {
    CALL: { function_call: { name: "look" }, ...change },
  });
}

describe("a run's config", () => {
  const actions: ActionDefinition[] = [
    INPUT,
    { name: "HISTORY", type: "thread", config: { limit: 5, roles: ["user"] } },
    action("if", "CHECK", { condition: true }, { actions: [LOOK] }),
    OUTPUT,
  ];

  it("is laid over the definition's, and that over the defaults", ({ expect }) => {
    const look = { knowledge: [], include_tags: [], exclude_tags: [], top_k: 10 };
    expect(mergeConfig(actions, {})).toEqual({
      ok: true,
      config: { HISTORY: { limit: 5, roles: ["user"] }, LOOK: look },
    });
    expect(mergeConfig(actions, { HISTORY: { limit: 7 }, LOOK: { top_k: 2 } })).toEqual({
      ok: true,
      config: { HISTORY: { limit: 7, roles: ["user"] }, LOOK: { ...look, top_k: 2 } },
    });
  });

  it("may be the published sample's, nulls and all", ({ expect }) => {
    const chat = action("chat", "MODEL_CALL", { messages: "{{ INPUT.messages }}" });
    const sample = {
      provider_id: "openai",
      model_id: "gpt-3.5-turbo-1106",
      use_cache: true,
      use_stream: false,
      seed: null,
      response_format: null,
    };
    expect(mergeConfig([INPUT, chat, OUTPUT], { MODEL_CALL: sample })).toMatchObject({
      ok: true,
      config: { MODEL_CALL: sample },
    });
  });

  it("is refused by the place", ({ expect }) => {
    const config = { NOBODY: {}, HISTORY: { limit: "all", size: 3 }, INPUT: { a: 1 } };
    expect(mergeConfig(actions, config)).toMatchObject({
      ok: false,
      issues: [
        { path: ["config", "NOBODY"], message: "is no action of this tool" },
        { path: ["config", "INPUT", "a"], message: "is not a known field" },
        { path: ["config", "HISTORY", "limit"], message: "must be a number, not a string" },
        { path: ["config", "HISTORY", "size"], message: "is not a known field" },
      ],
    });
  });

  it("forces a function alone that is declared, or may be", ({ expect }) => {
    expect(force({}, { functions: [declared("find")] })).toMatchObject({
      ok: false,
      issues: [
        {
          path: ["config", "CALL", "function_call"],
          message: "forces a call of look, which is not declared",
        },
      ],
    });
    const tool = { tool_id: "c0ffee00000000000000", parameters: { type: "object" } };
    for (const merged of [
      force({ functions: [declared("look")] }),
      force({ functions: "{{ INPUT.functions }}" }),
      force({ tools: [tool] }, { functions: [declared("find")] }),
      force({}, { functions: [declared("look")] }),
      force({}, { functions: [], add_functions: [declared("look")] }),
      force({}, { functions: [], function_call: { name: "file_search" } }),
    ]) {
      expect(merged.ok).toBe(true);
    }
  });
});
