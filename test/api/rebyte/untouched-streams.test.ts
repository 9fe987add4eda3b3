/** What lies between the Worker and its client may neither compress a stream nor keep it: it would hold it back. */
import { it } from "vitest";

import { call } from "../../support/call";
import { makeProject } from "../../support/project";
import { chatActions, makeTool } from "../../support/tool";

it("says so of every stream: events, text, a replay and an export", async ({ expect }) => {
  const { id, key } = await makeProject();
  const tool = await makeTool(id, chatActions({ offline: { text: "Fine." } }));
  const runs = `/api/sdk/p/${id}/a/${tool}/r`;
  const started = await call(runs, { key, json: { blocking: false } });
  const streams = {
    events: await call(runs, { key, json: { stream: true } }),
    text: await call(runs, { key, json: { stream: true, contentOnly: true } }),
    replay: await call(`${runs}/${started.json.run_id}/stream`, { key }),
    export: await call("/api/sdk/export", { key }),
  };
  for (const [name, { status, headers }] of Object.entries(streams)) {
    const untouched = headers.get("Cache-Control")?.includes("no-transform");
    expect([name, status, untouched]).toEqual([name, 200, true]);
  }
});
