/** In which order a run reads its thread: what it was not there to hear stands behind what it said. */
import { describe, it } from "vitest";

import { type HistoryRow, historyOf } from "../../src/store/threads/thread-history";

const ROW = {
  client_id: null,
  thread_id: "t",
  file_ids: "[]",
  metadata: null,
  parts: null,
  tool_id: null,
  tool_name: null,
  run_id: null,
  incomplete: 0,
  incomplete_reason: null,
  ended_at_ms: null,
  attachments: null,
  citations: null,
  author: null,
  superseded_by: null,
  began_at_ms: null,
};

function said(content: string, atMs: number): HistoryRow {
  return { ...ROW, id: content, role: "user", content, created_at_ms: atMs };
}

function answered(content: string, atMs: number, runId: string, beganAtMs: number): HistoryRow {
  const by = { tool_id: "tool", tool_name: "", run_id: runId, began_at_ms: beganAtMs };
  return { ...ROW, ...by, id: content, role: "assistant", content, created_at_ms: atMs };
}

function order(rows: HistoryRow[], limit = 100): string[] {
  return historyOf(rows.toReversed(), limit).map(({ content }) => content);
}

describe("a thread's history", () => {
  it("is as it was stored where nobody spoke while a run was at work", ({ expect }) => {
    const rows = [said("q1", 1), answered("a1", 5, "r1", 2), said("q2", 6)];
    expect(order(rows)).toEqual(["q1", "a1", "q2"]);
  });

  it("has what was said meanwhile behind all that the run wrote", ({ expect }) => {
    const rows = [
      said("q1", 1),
      answered("a1", 3, "r1", 2),
      said("more", 4),
      said("and more", 5),
      answered("a2", 6, "r1", 2),
      said("q2", 9),
    ];
    expect(order(rows)).toEqual(["q1", "a1", "a2", "more", "and more", "q2"]);
  });

  it("leaves what a later run has read before what that one wrote", ({ expect }) => {
    const rows = [
      said("q1", 1),
      said("q2", 4),
      answered("a1", 5, "r1", 2),
      answered("a2", 8, "r2", 6),
    ];
    expect(order(rows)).toEqual(["q1", "a1", "q2", "a2"]);
  });

  it("keeps the newest, whatever their place", ({ expect }) => {
    const rows = [said("q1", 1), said("more", 4), answered("a1", 5, "r1", 2)];
    expect(order(rows, 2)).toEqual(["a1", "more"]);
  });
});
