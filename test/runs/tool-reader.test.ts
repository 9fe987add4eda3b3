/** Proves that a run asks D1 once for a tool, however many of its iterations run it. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { toolReader } from "../../src/adapters/tool-reader";
import { databaseOf } from "../../src/store/sql/databases";
import { CountingDatabase } from "../support/counting-database";
import { makeProject } from "../support/project";
import { chatActions, makeTool } from "../support/tool";

async function countedReader(onLoad: () => void = () => undefined) {
  const { id: projectId } = await makeProject();
  const counting = new CountingDatabase(env.DB);
  const db = databaseOf({ ...env, DB: counting.database }, { projectId });
  return { projectId, counting, reader: toolReader(db, projectId, onLoad) };
}

describe("tools of tools", () => {
  it("are asked for once, at the same time or one after the other", async ({ expect }) => {
    const { projectId, counting, reader } = await countedReader();
    const toolId = await makeTool(projectId, chatActions());
    const loaded = await Promise.all(Array.from({ length: 64 }, () => reader.load(toolId, "live")));
    loaded.push(await reader.load(toolId, "live"));
    expect(loaded.map((tool) => tool?.version.version)).toEqual(Array.from(loaded, () => 1));
    expect(counting.roundTrips).toBe(1);
    await reader.load(toolId, 1);
    expect(await reader.load(toolId, 2)).toBeNull();
    expect(counting.roundTrips).toBe(3);
  });

  it("are forgotten where they are many, the longest unused first", async ({ expect }) => {
    const { projectId, counting, reader } = await countedReader();
    const [first = "", ...others] = await Promise.all(
      Array.from({ length: 9 }, (_, n) => makeTool(projectId, chatActions(), `tool-${n}`)),
    );
    await reader.load(first, 1);
    for (const toolId of others) {
      await reader.load(toolId, 1);
    }
    expect(counting.roundTrips).toBe(9);
    await reader.load(others.at(-1) ?? "", 1);
    await reader.load(others[1] ?? "", 1);
    expect(counting.roundTrips).toBe(9);
    await reader.load(first, 1);
    expect(counting.roundTrips).toBe(10);
  });

  it("are asked for again where D1 has failed", async ({ expect }) => {
    let fails = true;
    const { projectId, reader } = await countedReader(() => {
      if (fails) {
        throw new Error("D1 is away");
      }
    });
    const toolId = await makeTool(projectId, chatActions());
    await expect(reader.load(toolId, 1)).rejects.toThrow("D1 is away");
    fails = false;
    expect(await reader.load(toolId, 1)).toMatchObject({ name: "chat" });
  });
});
