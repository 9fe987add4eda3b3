/**
 * Watches a server whose runtime is a process of its own. Miniflare starts one that died again; where
 * that does not work, nothing serves and nobody says so. Then this command had better end, so that
 * whoever watches it knows.
 */
import { createConnection } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

import { addressOf, UserError } from "./settings.ts";
import type { LocalSettings } from "./settings.ts";

const LOOK_EVERY_MS = 1000;
/** A start takes a second, and ten on a busy machine. */
const DEAD_AFTER_MS = 20_000;

/** Fails once nothing has listened for `deadAfterMs`. A busy server listens: it is left alone. */
export async function watchServer(
  settings: LocalSettings,
  deadAfterMs: number = DEAD_AFTER_MS,
): Promise<never> {
  let listenedAt = performance.now();
  for (;;) {
    await pause(LOOK_EVERY_MS);
    if (await isListening(settings)) {
      listenedAt = performance.now();
    } else if (performance.now() - listenedAt > deadAfterMs) {
      throw new UserError(
        `Nothing serves ${addressOf(settings)} any more: the runtime died and could not be started again.\n` +
          "What it said of it stands above. Start it anew; the data are as they were.",
      );
    }
  }
}

function isListening({ host, port }: LocalSettings): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port });
    const answer = (listens: boolean) => () => {
      socket.destroy();
      resolve(listens);
    };
    socket.once("connect", answer(true));
    socket.once("error", answer(false));
  });
}
