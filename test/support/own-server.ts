import { afterAll, beforeAll } from "vitest";

import { type LocalServer, startServer, temporaryStateDir } from "./local-server.ts";

interface OwnServer extends Pick<LocalServer, "output"> {
  readonly url: string;
  readonly stateDir: string;
}

/** A server with data of its own for the tests of one file: started before the first, gone after the last. */
export function ownServer(env: Record<string, string> = {}): OwnServer {
  let state: Awaited<ReturnType<typeof temporaryStateDir>> | undefined;
  let server: LocalServer | undefined;
  beforeAll(async () => {
    state = await temporaryStateDir();
    server = await startServer({ script: "start", stateDir: state.dir, env });
  });
  afterAll(async () => {
    await server?.stop();
    await state?.remove();
  });
  return {
    output: () => started(server).output(),
    get url() {
      return started(server).url;
    },
    get stateDir() {
      return started(state).dir;
    },
  };
}

function started<T>(part: T | undefined): T {
  if (part === undefined) {
    throw new Error("The server of this file starts before its first test, and not earlier.");
  }
  return part;
}
