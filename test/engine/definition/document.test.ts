/** That the API's documents say of actions what the deploy's judge holds. */
import { describe, it } from "vitest";
import * as z from "zod";

import { ACTION_TYPES } from "../../../src/domain/tool";
import { kindOf } from "../../../src/engine/actions/index";
import { ActionDocument } from "../../../src/engine/check-definition";
import { action, code, definition, js } from "../run";

describe("the documents of actions", () => {
  it.for(ACTION_TYPES)("describe every field of %s", (type, { expect }) => {
    const { spec, config } = kindOf(type);
    const fields = Object.entries({ ...spec.shape, ...config.shape });
    const silent = fields.filter(([, field]) => !z.globalRegistry.get(field)?.description);
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it("hold what a deploy lets through, nested and templated", ({ expect }) => {
    const actions = definition(
      action("thread", "HISTORY", {}, { config: { limit: 5 } }),
      action(
        "map",
        "MAP",
        { over: "{{ HISTORY.messages }}", repeat: 2 },
        {
          actions: [
            action(
              "if",
              "IF",
              { condition: js("() => true") },
              { actions: [code("THEN", "() => 1")], else: [action("return", "ELSE")] },
            ),
          ],
        },
      ),
      action("curl", "CALL", { url: "https://{{ MAP[0] }}", headers: "{{ MAP[1] }}" }),
    );
    expect(z.array(ActionDocument).safeParse(actions).error?.issues).toBeUndefined();
  });

  it.for([
    { name: "lower", type: "input" },
    { name: "A", type: "thread", config: { limit: "ten" } },
    { name: "A", type: "curl", spec: { uri: "https://a.example" } },
    { name: "A", type: "if", spec: { condition: true } },
  ])("do not hold %o", (wrong, { expect }) => {
    expect(ActionDocument.safeParse(wrong).success).toBe(false);
  });
});
