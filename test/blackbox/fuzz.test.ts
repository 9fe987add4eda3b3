/** A short run of `npm run fuzz`, always of the same requests: no 5xx, no hang, every reply as documented. */
import { describe, it } from "vitest";

import { fuzz } from "../fuzz/campaign.ts";
import { OPERATOR } from "../fuzz/world.ts";
import { ownServer } from "../support/own-server.ts";

const REQUESTS = 400;
const SEED = 20_261_121;

const server = ownServer({ ADMIN_KEY: OPERATOR });

describe("generated requests", () => {
  it("are all answered as the OpenAPI document says", async ({ expect }) => {
    const report = await fuzz({ url: server.url, requests: REQUESTS, seed: SEED });
    expect(report.findings).toEqual([]);
    expect(report.sent).toBe(REQUESTS);
    // Valid ones are among them.
    expect(report.byStatus["200"]).toBeGreaterThan(REQUESTS / 20);
  });
});
