/** A server that is killed and started again on the same data and the same port. */
import { setTimeout as pause } from "node:timers/promises";

import { freePort, startServer } from "../support/local-server.ts";
import type { LocalServer } from "../support/local-server.ts";

/** One death. Milliseconds of `performance.now()`; `readyAt` is null until it serves again. */
export interface Death {
  killedAt: number;
  restartedAt: number;
  readyAt: number | null;
}

/** A start that fails is tried again: a port may take a moment to be free after a kill. */
const START_TRIES = 3;

export class KilledServer {
  readonly deaths: Death[] = [];
  readonly url: string;
  readonly #options: { stateDir: string; port: number; env: Record<string, string> };
  #server: LocalServer | null = null;
  #up = Promise.withResolvers<void>();

  private constructor(options: { stateDir: string; port: number; env: Record<string, string> }) {
    this.#options = options;
    this.url = `http://127.0.0.1:${options.port}`;
  }

  static async start(stateDir: string, env: Record<string, string>): Promise<KilledServer> {
    const server = new KilledServer({ stateDir, port: await freePort(), env });
    await server.#start("start");
    return server;
  }

  /** Resolves as soon as the server serves. */
  whenUp(): Promise<void> {
    return this.#up.promise;
  }

  /** `kill -9` of every process of it; then a start as README has it. */
  async killAndRestart(script: "dev" | "start"): Promise<Death> {
    this.#up = Promise.withResolvers<void>();
    const death: Death = { killedAt: performance.now(), restartedAt: 0, readyAt: null };
    this.deaths.push(death);
    await this.#server?.kill();
    death.restartedAt = performance.now();
    await this.#start(script);
    death.readyAt = performance.now();
    return death;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  /** What the server that runs now has printed. */
  output(): string {
    return this.#server?.output() ?? "";
  }

  async #start(script: "dev" | "start"): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        this.#server = await startServer({ script, ...this.#options });
        break;
      } catch (error) {
        if (tries === START_TRIES) {
          throw error;
        }
        await pause(1000);
      }
    }
    this.#up.resolve();
  }
}
