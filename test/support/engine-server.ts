/** Serves parts of the engine by the real runtime, as `npm start` serves Bobbin. */
import path from "node:path";

import { buildWorker } from "../../scripts/local/build-worker.ts";
import { serveBuilt } from "../../scripts/local/serve-built.ts";
import { quietPlatform, root } from "../../scripts/local/settings.ts";
import { temporaryStateDir } from "./local-server.ts";

const CONFIG = path.join(root, "test/support/engine-worker/wrangler.toml");

export interface EngineServer {
  /** What `engine-worker` answers to a command, whose sender has credentials that are nobody else's. */
  ask: (command: unknown) => Promise<Record<string, unknown>>;
  /** The least that it can be asked. */
  ping: () => Promise<void>;
  stop: () => Promise<void>;
}

export async function startEngineServer(): Promise<EngineServer> {
  quietPlatform();
  const { dir, remove } = await temporaryStateDir();
  const outdir = path.join(dir, "built");
  buildWorker(CONFIG, outdir);
  const settings = {
    config: CONFIG,
    host: "127.0.0.1",
    port: 0,
    stateDir: dir,
    secrets: {},
  } as const;
  const { url, miniflare } = await serveBuilt(settings, outdir);
  return {
    async ask(command) {
      const headers = { authorization: "Bearer the-sender's", cookie: "the=sender's" };
      const response = await fetch(url, { method: "POST", body: JSON.stringify(command), headers });
      const answer: unknown = await response.json();
      return typeof answer === "object" && answer !== null ? { ...answer } : {};
    },
    async ping() {
      await (await fetch(url)).text();
    },
    async stop() {
      await miniflare.dispose();
      await remove();
    },
  };
}
