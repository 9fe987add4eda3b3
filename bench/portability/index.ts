/** The Worker with each invocation held to the Free plan's limits, and what it spent added up. */
import { app } from "../../src/app";
import { sweep } from "../../src/scheduled";
import { PlayedInvocation, type Spent, addSpent } from "../../test/support/played-account";

export { KnowledgeIndexer, ThreadCoordinator } from "../../src/index";

const NOTHING: Spent = { queries: 0, subrequests: 0, rowsRead: 0, rowsWritten: 0 };
let spent = NOTHING;
let calls = 0;

/** A reply that is streamed spends until its end. */
function counted(body: ReadableStream | null, invocation: PlayedInvocation): ReadableStream | null {
  const count = () => {
    spent = addSpent(spent, invocation.spent);
    calls += 1;
  };
  if (body === null) {
    count();
    return null;
  }
  return body.pipeThrough(new TransformStream({ flush: count }));
}

export default {
  async fetch(request, env, context): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/bench/spent") {
      const told = { calls, ...spent };
      [spent, calls] = [NOTHING, 0];
      return Response.json(told);
    }
    const invocation = new PlayedInvocation(env);
    if (url.pathname === "/bench/sweep") {
      const report = await sweep(invocation.env, Number(url.searchParams.get("now")));
      return new Response(counted(Response.json(report).body, invocation));
    }
    const reply = await app.fetch(request, invocation.env, context);
    return new Response(counted(reply.body, invocation), reply);
  },
} satisfies ExportedHandler<Env>;
