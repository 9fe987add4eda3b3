/** A reply that is the stream of a chat's run. */
import type { Context } from "hono";

import type { StartedRun } from "../../core/start-run";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { streamEvents } from "../shared/reply/event-stream";
import { linkFiles } from "./linked-files";
import { type StreamOptions, streamRun } from "./stream-run";

const HEADERS = { "x-vercel-ai-ui-message-stream": "v1" };

/** Takes its place among the streams before it begins. */
export function streamChat(
  c: Context<AppEnv>,
  begin: () => Promise<{ run: StartedRun; options: Omit<StreamOptions, "linkFiles"> }>,
): Promise<Response> {
  return streamEvents(
    c,
    async (signal) => {
      const { run, options } = await begin();
      c.header("X-Bobbin-Run-Id", run.run.id);
      const linkMessages: StreamOptions["linkFiles"] = (messages) => linkFiles(c, messages);
      return streamRun(coreContext(c), run, { ...options, linkFiles: linkMessages }, signal);
    },
    HEADERS,
  );
}
