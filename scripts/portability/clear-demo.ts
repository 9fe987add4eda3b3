/**
 * A local server makes its demo project by itself, with one tool. Where a backup has that project, and
 * nobody has touched it here, the tool makes room: what the backup has of it would else be taken for known.
 */
import * as z from "zod";

import { DEMO } from "../local/demo-project.ts";
import { Deployment } from "./deployment.ts";
import type { ProjectDoor } from "./deployment.ts";
import { readPart } from "./read-export.ts";

/** As it was made. */
const UntouchedTool = z.object({
  type: z.literal("tool"),
  id: z.literal(DEMO.toolId),
  latest_version: z.literal(1),
  created_at_ms: z.int(),
  updated_at_ms: z.int(),
});

/** True where the project holds the demo's tool alone, as it was made. */
export async function isUntouchedDemo(deployment: Deployment, door: ProjectDoor): Promise<boolean> {
  let lines: Buffer[] = [];
  const sink = {
    begin() {
      lines = [];
    },
    record(_type: string, line: Buffer) {
      lines.push(line);
    },
  };
  if ((await readPart(deployment, door, null, sink, 3)) !== null || lines.length !== 2) {
    return false;
  }
  const [tool, version] = lines.map((line): unknown => JSON.parse(line.toString()));
  const { data } = UntouchedTool.safeParse(tool);
  const isOnlyVersion = z.object({ tool_id: z.literal(DEMO.toolId) }).safeParse(version).success;
  return data !== undefined && data.created_at_ms === data.updated_at_ms && isOnlyVersion;
}

/** Deletes the demo's tool; where the demo's key is no key any more it stays. */
export async function deleteDemoTool({ url }: Deployment): Promise<void> {
  const demo = new Deployment(url, DEMO.key, false);
  const path = `/api/sdk/p/${DEMO.projectId}/a/${DEMO.toolId}`;
  const reply = await demo.call(path, { method: "DELETE", expects: 401 });
  await reply.body?.cancel();
}
