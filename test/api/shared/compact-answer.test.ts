import * as fc from "fast-check";
import { it } from "vitest";

import { compactAnswer, restoreAnswer } from "../../../src/api/shared/idempotency/compact-answer";

it("restores any answer to any request, byte for byte", ({ expect }) => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (own, request, kept) => {
      const answer = { own, said: request, kept, hostile: ["#0", "=x", "", "#"] };
      const record = compactAnswer(answer, request);
      expect(restoreAnswer(record, request)).toBe(JSON.stringify(answer));
    }),
  );
});

it("keeps no text of the request", ({ expect }) => {
  const request = { content: "a long confession", metadata: { user: "ada" } };
  const record = compactAnswer({ id: "x1", ...request }, request);
  expect(record).toBe('{"id":"=x1","content":"#0","metadata":{"user":"#1"}}');
});
