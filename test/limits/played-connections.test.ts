/** The six connections of one invocation, in an account that is as strict as Cloudflare's documents say. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { OUTBOUND } from "../../src/limits";
import { ConnectionSlots } from "../../src/net/connection-slots";
import { settle } from "../support/manual-clock";
import { FREE_PLAN, PlayedInvocation } from "../support/played-account";

/** Calls outward that a test answers when it likes. */
function hangingCalls() {
  const answers: PromiseWithResolvers<Response>[] = [];
  const call = () => {
    const answer = Promise.withResolvers<Response>();
    answers.push(answer);
    return answer.promise;
  };
  return { answers, call };
}

describe("the played account lets the seventh call at a time wait", () => {
  it("to R2 and to D1 behind six outward, until one of those is answered", async ({ expect }) => {
    const invocation = new PlayedInvocation(env);
    const { answers, call } = hangingCalls();
    const open = Array.from({ length: FREE_PLAN.connections }, () => invocation.fetch(call));
    const done: string[] = [];
    const { FILES, DB } = invocation.env;
    const seventh = FILES.head("none").then(() => done.push("R2"));
    const eighth = DB.prepare("SELECT 1")
      .first()
      .then(() => done.push("D1"));
    await env.DB.prepare("SELECT 1").first();
    await settle();
    expect([answers.length, done, invocation.connections.waited]).toEqual([6, [], 2]);
    answers[0]?.resolve(new Response());
    await Promise.all([seventh, eighth]);
    expect(done).toEqual(["R2", "D1"]);
    answers.forEach(({ resolve }) => resolve(new Response()));
    await Promise.all(open);
    expect(invocation.connections.most).toBe(6);
  });

  it("so that an object's calls to providers leave two for D1 and R2", async ({ expect }) => {
    const invocation = new PlayedInvocation(env);
    const slots = new ConnectionSlots(OUTBOUND.maxAtOnce);
    const { answers, call } = hangingCalls();
    const never = new AbortController().signal;
    const asked = Array.from({ length: 8 }, () => slots.hold(never, () => invocation.fetch(call)));
    const { DB, FILES } = invocation.env;
    await Promise.all([DB.prepare("SELECT 1").first(), FILES.head("none")]);
    expect([answers.length, invocation.connections.waited]).toEqual([OUTBOUND.maxAtOnce, 0]);
    expect(invocation.connections.most).toBe(OUTBOUND.maxAtOnce + 2);
    while (answers.length < 8) {
      answers.forEach(({ resolve }) => resolve(new Response()));
      await settle();
    }
    answers.forEach(({ resolve }) => resolve(new Response()));
    await Promise.all(asked);
  });
});
