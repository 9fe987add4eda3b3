/** The name that was meant: by developers who write in camels, in the singular, or too fast. */
import { expect, it } from "vitest";

import { nearestName } from "../../../src/domain/names/nearest-name";

const RUN = [
  "inputs",
  "version",
  "thread_id",
  "stream",
  "contentOnly",
  "blocking",
  "config",
  "metadata",
];

it.for([
  ["threadId", "thread_id"],
  ["thread", "thread_id"],
  ["content_only", "contentOnly"],
  ["contentonly", "contentOnly"],
  ["input", "inputs"],
  ["metdata", "metadata"],
  ["steram", "stream"],
  ["verion", "version"],
  ["q", null],
  ["colour", null],
  ["messages", null],
  ["", null],
  ["__", null],
  ["constructor", null],
])("of %s is %s", ([given, meant]) => {
  expect(nearestName(given ?? "", RUN)).toBe(meant);
});

it.for([
  ["tool_outputs", ["outputs"], "outputs"],
  ["tool_call_id", ["output", "call_id"], "call_id"],
  ["topk", ["query", "top_k"], "top_k"],
  ["ids", ["id"], "id"],
  ["lmit", ["limit", "order", "after"], "limit"],
  ["limit ", ["limit"], "limit"],
  ["max_tokens", ["max_completion_tokens", "max_tokens"], "max_tokens"],
] as const)("of %s among others", ([given, names, meant]) => {
  expect(nearestName(given, names)).toBe(meant);
});

it("is looked for neither in names that nobody writes nor without end", () => {
  expect(nearestName("x".repeat(1_000_000), RUN)).toBeNull();
  expect(nearestName("metadata", ["x".repeat(1_000_000)])).toBeNull();
});
