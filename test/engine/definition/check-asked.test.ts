/** A chat that asks its model nothing is refused at its deploy, by name; whatever may ask is not. */
import { it } from "vitest";

import { checkDeployment, checkNewDeployment } from "../../../src/engine/check-definition";

const USER = { role: "user", content: "Well?" };

function around(...actions: object[]): unknown[] {
  const [input, output] = ["input", "output"].map((type) => ({ name: type.toUpperCase(), type }));
  return [input, ...actions, output];
}

function chat(spec?: object, config?: object): object {
  return { name: "C", type: "chat", ...(spec && { spec }), ...(config && { config }) };
}

it.for<[string, object]>([
  ["no spec", chat()],
  ["an instruction of its own alone", chat({ instruction: "Be kind." })],
  ["no messages", chat({ messages: [] })],
  ["a message under another name", chat({ messages: [{ role: "user", text: "Well?" }] })],
  ["an instruction of its config", chat({}, { instruction: "Be kind.", history: null })],
])("is refused with %s", async ([, action], { expect }) => {
  expect(await checkNewDeployment(around(action))).toMatchObject({
    ok: false,
    issues: [
      {
        path: ["actions", 1, "spec"],
        message: expect.stringMatching(/^asks the model nothing: .*\(action C\)$/),
      },
    ],
  });
  expect(await checkDeployment(around(action))).toMatchObject({ ok: true });
});

it("names the message that would say nothing beside others", async ({ expect }) => {
  const messages = [USER, { role: "user", text: "Well?" }];
  expect(await checkNewDeployment(around(chat({ messages })))).toEqual({
    ok: false,
    issues: [
      {
        path: ["actions", 1, "spec", "messages", 1, "text"],
        message: "is no field of a message, which would say nothing (did you mean content?)",
      },
    ],
  });
});

it("is found in branches and bodies", async ({ expect }) => {
  const nested = around({
    name: "WHEN",
    type: "if",
    spec: { condition: true },
    actions: [chat({ messages: [USER] })],
    else: [{ ...chat(), name: "D" }],
  });
  const checked = await checkNewDeployment(nested);
  expect(checked.ok ? [] : checked.issues.map(({ path }) => path)).toEqual([
    ["actions", 1, "else", 0, "spec"],
  ]);
});

it.for<[string, object]>([
  ["the run's messages", chat({ messages: "{{ INPUT.messages }}" })],
  ["a message of its own", chat({ messages: [USER] })],
  ["messages of JavaScript", chat({ messages: { $js: "({ input }) => input.messages" } })],
  ["one message of the run", chat({ messages: ["{{ INPUT.message }}"] })],
  ["a template in its instruction", chat({ instruction: "Sum up {{ INPUT.text }}" })],
  ["the thread", chat({}, { history: {} })],
])("is taken with %s", async ([, action], { expect }) => {
  expect(await checkNewDeployment(around(action))).toMatchObject({ ok: true });
});
