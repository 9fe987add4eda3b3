/** Why a run failed that its caller is not told: in the log once, beside the run and the first request. */
import { afterEach, it, vi } from "vitest";

import { makeTokenBench, runByToken } from "../core/token-bench";
import { call } from "../support/call";
import { collectLogLines } from "../support/log-lines";

afterEach(() => {
  vi.restoreAllMocks();
});

it("logs the cause once, however often a token asks for the run", async ({ expect }) => {
  const bench = await makeTokenBench([
    { name: "INPUT", type: "input" },
    { name: "CODE", type: "code", spec: { code: "() => { throw new Error('why it broke'); }" } },
    { name: "OUTPUT", type: "output" },
  ]);
  const log = collectLogLines();
  const started = await runByToken(bench, { inputs: [{}], thread_id: bench.threadId });
  const { run_id: runId } = started.json.run;
  for (let times = 0; times < 3; times += 1) {
    const read = await call(`${bench.path}/${runId}`, { key: bench.token });
    expect(read.text).not.toContain("why it broke");
  }
  const causes = log.lines("a run failed whose caller is not told why");
  expect(causes).toHaveLength(1);
  expect(causes[0]).toMatchObject({
    level: "error",
    runId,
    requestId: started.headers.get("X-Request-Id"),
    cause: expect.stringContaining("why it broke"),
  });
});
