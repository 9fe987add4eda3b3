/** Proves that reading runs that made much takes no more of an isolate than there is, and is refused beyond. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { bodyBudget } from "../../../src/api/shared/request/body-budget";
import { IMPORT, REQUEST, RUN } from "../../../src/limits";
import { runOutcomeKey } from "../../../src/store/files/objects";
import { type TokenBench, makeTokenBench } from "../../core/token-bench";
import { call } from "../../support/call";

const LARGE = { code: `() => "x".repeat(${RUN.actionOutputMaxBytes - 2})` };
const ACTIONS = RUN.keptValuesMaxBytes / RUN.actionOutputMaxBytes + 2;

let bench: TokenBench;
let path: string;
let runId: string;

beforeAll(async () => {
  const large = Array.from({ length: ACTIONS }, (_, n) => {
    return { name: `A${n}`, type: "code", spec: LARGE };
  });
  bench = await makeTokenBench([
    { name: "INPUT", type: "input" },
    ...large,
    { name: "OUTPUT", type: "output", spec: { value: "done" } },
  ]);
  const made = await call(bench.path, { key: bench.token, json: {} });
  runId = made.json.run.run_id;
  path = `${bench.path}/${runId}`;
});

const read = (key: string) => call(path, { key });

describe("a run whose actions made more than is kept", () => {
  it("is read with what is kept of it, and fits a line of an export", async ({ expect }) => {
    const { text, json } = await read(bench.key);
    expect(text.length).toBeLessThan(IMPORT.lineMaxBytes);
    expect(json.run.results).toMatchObject([[{ value: { content: "done" } }]]);
    const traces: [unknown, [[{ meta: { dropped?: boolean } }]]][] = json.run.traces;
    const dropped = traces.slice(1, -1).map(([, [[{ meta }]]]) => meta.dropped ?? false);
    // The values of the run's beginning and end have their bytes as well.
    expect(dropped).toEqual(Array.from({ length: ACTIONS }, (_, n) => n >= ACTIONS - 3));
  });

  it("is read by an end user as often at once as there is room, and by others meanwhile", async ({
    expect,
  }) => {
    const { size } = (await env.FILES.head(runOutcomeKey(bench.id, runId))) ?? { size: 0 };
    const most = Math.floor(REQUEST.bodiesInFlight.perEndUser / (2 * size));
    const replies = await Promise.all([
      ...Array.from({ length: 3 * most }, () => read(bench.token)),
      call("/api/sdk/threads?limit=1", { key: bench.key }),
    ]);
    const other = replies.pop();
    const refused = replies.filter(({ status }) => status === 503);
    expect([replies.length - refused.length, other?.status]).toEqual([most, 200]);
    expect(refused[0]?.headers.get("Retry-After")).toBe("2");
    expect(bodyBudget.heldBytes).toBe(0);
    expect((await read(bench.token)).status).toBe(200);
  });

  it("is told without an outcome that an earlier release left too large", async ({ expect }) => {
    const filler = " ".repeat(RUN.outcomeMaxBytes);
    await env.FILES.put(runOutcomeKey(bench.id, runId), `{"traces":[]}${filler}`);
    const { json } = await read(bench.key);
    expect(json.run).toMatchObject({ status: { run: "succeeded" }, traces: [], results: null });
  });
});
