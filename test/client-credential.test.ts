import { it } from "vitest";

import { Caller } from "../client/call";

it("gets one new credential for all calls that were refused with the old one", async ({
  expect,
}) => {
  let minted = 0;
  let refused = 0;
  let cancelled = 0;
  const late = Promise.withResolvers<void>();
  const refusal = () =>
    new Response(
      new ReadableStream({
        cancel: () => {
          cancelled += 1;
        },
      }),
      { status: 401 },
    );
  const caller = new Caller({
    url: "https://bobbin.test",
    credential: () => `token-${(minted += 1)}`,
    fetch: async (_url, init) => {
      if (new Headers(init?.headers).get("Authorization") !== "Bearer token-1") {
        return Response.json({});
      }
      refused += 1;
      if (refused === 2) {
        // Answered only when the other call has its new credential.
        await late.promise;
      }
      return refusal();
    },
  });

  const first = caller.send("GET /one");
  const second = caller.send("GET /two");
  expect((await first).status).toBe(200);
  late.resolve();
  expect((await second).status).toBe(200);
  expect({ minted, refused, cancelled }).toEqual({ minted: 2, refused: 2, cancelled: 2 });
});
