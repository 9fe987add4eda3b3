/** A short run of `npm run fuzz`, always of the same requests: no 5xx, no hang, every reply as documented. */
import { afterAll, beforeAll, describe, it } from "vitest";

import { fuzz } from "../fuzz/campaign.ts";
import { OPERATOR } from "../fuzz/world.ts";
import { type LocalServer, startServer, temporaryStateDir } from "../support/local-server.ts";

const REQUESTS = 400;
const SEED = 20_261_121;

let server: LocalServer;
let state: Awaited<ReturnType<typeof temporaryStateDir>>;

beforeAll(async () => {
  state = await temporaryStateDir();
  const env = { ADMIN_KEY: OPERATOR };
  server = await startServer({ script: "start", stateDir: state.dir, env });
});

afterAll(async () => {
  await server.stop();
  await state.remove();
});

describe("generated requests", () => {
  it("are all answered as the OpenAPI document says", async ({ expect }) => {
    const report = await fuzz({ url: server.url, requests: REQUESTS, seed: SEED });
    expect(report.findings).toEqual([]);
    expect(report.sent).toBe(REQUESTS);
    // Valid ones are among them.
    expect(report.byStatus["200"]).toBeGreaterThan(REQUESTS / 20);
  });
});
