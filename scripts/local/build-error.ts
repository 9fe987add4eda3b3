/** Answers in the Worker's place while its sources do not compile or start: 500 with what is wrong. */
import { once } from "node:events";
import { createServer } from "node:http";

import type { unstable_DevEnv } from "wrangler";
import * as z from "zod";

/** What the bundler says of an error, itself or by its cause. */
const Note = z.object({
  text: z.string(),
  location: z.object({ file: z.string(), line: z.int(), column: z.int() }).nullish(),
});
const Failure = z.object({ errors: z.array(Note) });
const RuntimeFailed = z.object({ source: z.literal("LocalRuntimeController") });
const BuildFailed = z.object({ cause: z.unknown() });

/**
 * From now on a build of `devEnv` that fails is answered with until the next one succeeds. Without
 * it wrangler's proxy holds every request back.
 */
export async function answerBuildErrors(devEnv: unstable_DevEnv): Promise<void> {
  let text = "";
  const server = createServer((_, response) => {
    response.writeHead(500, { "Content-Type": "text/plain; charset=utf-8" }).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const userWorkerUrl = { protocol: "http:", hostname: "127.0.0.1", port: String(port) };
  const answerWith = (what: string) => {
    text = `${what}\n`;
    const proxyData = { userWorkerUrl, headers: {} };
    void devEnv.proxy.sendMessageToProxyWorker({ type: "play", proxyData });
  };
  devEnv.on("buildFailed", (event: unknown) => {
    answerWith(`The Worker does not build, so nothing serves this request.\n${explain(event)}`);
  });
  devEnv.on("error", (event: unknown) => {
    if (RuntimeFailed.safeParse(event).success) {
      answerWith("The Worker fails as it starts: see the terminal of `npm run dev`.");
    }
  });
}

function explain(event: unknown): string {
  const cause = BuildFailed.safeParse(event).data?.cause;
  const failure = Failure.safeParse(cause).data ?? Failure.safeParse(causeOf(cause)).data;
  if (failure === undefined) {
    return cause instanceof Error ? cause.message : "See the terminal of `npm run dev`.";
  }
  return failure.errors.map(explainNote).join("\n");
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function explainNote({ text, location }: z.infer<typeof Note>): string {
  return location ? `${location.file}:${location.line}:${location.column}: ${text}` : text;
}
