/** `npm run fuzz [requests] [seed]`: builds and starts a server of its own and sends it generated requests. */
import process from "node:process";

import { startServer, temporaryStateDir } from "../support/local-server.ts";
import { fuzz } from "./campaign.ts";
import { OPERATOR } from "./world.ts";

const REQUESTS = 20_000;

const [requests = REQUESTS, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
const state = await temporaryStateDir();
const server = await startServer({
  script: "start",
  stateDir: state.dir,
  env: { ADMIN_KEY: OPERATOR },
});
try {
  const startMs = Date.now();
  const { sent, byStatus, operations, findings } = await fuzz({
    url: server.url,
    requests,
    seed,
    onProgress: (done) => process.stderr.write(`${done} of ${requests}\r`),
  });
  for (const { what, times, example } of findings) {
    process.stdout.write(`\n${what} (${times}×)\n  ${example}\n`);
  }
  process.stdout.write(
    `\nFuzz: ${sent} requests to ${operations} operations in ${Math.round((Date.now() - startMs) / 1000)} s, ` +
      `${findings.length} findings. Seed ${seed}. By status: ${JSON.stringify(byStatus)}\n`,
  );
  process.exitCode = findings.length === 0 ? 0 : 1;
} finally {
  await server.stop();
  await state.remove();
}
