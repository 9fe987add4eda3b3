import { describe, it } from "vitest";

import type { KnowledgeHit } from "../../../src/domain/knowledge";
import { testWorld } from "../../support/ports";
import { action, definition, js, resultOf, run } from "../run";

const search = (config: Record<string, unknown> = {}) =>
  definition(
    action("knowledge", "LOOK", { query: js("({ input }) => input.value.question") }, { config }),
  );
const asked = { inputs: [{ question: "Where is it?" }] };

const HIT: KnowledgeHit = {
  documentId: "guide",
  fileId: null,
  text: "It is here.",
  score: 1.5,
  offset: 40,
  tags: ["maps"],
  sourceUrl: null,
  similarity: null,
  attributes: null,
};

describe("knowledge", () => {
  it("asks as its config says, and gives the passages as they rank", async ({ expect }) => {
    const world = testWorld();
    world.knowledge = async () => [{ ...HIT, fileId: "file-1" }, HIT];
    const config = { knowledge: ["docs"], top_k: 2, include_tags: ["maps"], exclude_tags: ["old"] };
    const passage = {
      document_id: "guide",
      text: "It is here.",
      score: 1.5,
      offset: 40,
      tags: ["maps"],
      source_url: null,
    };
    expect(await resultOf(search(config), asked, world)).toEqual([
      { ...passage, file_id: "file-1" },
      passage,
    ]);
    expect(world.asked.queries).toEqual([
      expect.objectContaining({ query: "Where is it?", knowledge: ["docs"], topK: 2 }),
    ]);
  });

  it("searches all of the project for ten passages where its config is silent", async ({
    expect,
  }) => {
    const world = testWorld();
    expect(await resultOf(search(), asked, world)).toEqual([]);
    expect(world.asked.queries).toMatchObject([{ knowledge: [], topK: 10 }]);
  });

  it("fails on a name that is no knowledge of the project", async ({ expect }) => {
    const world = testWorld();
    world.knowledge = async () => ({ unknown: "docs" });
    const outcome = await run(search(), asked, world);
    expect(outcome.error).toEqual({
      code: "knowledge_not_found",
      message: "LOOK: There is no knowledge named docs.",
    });
  });

  it("needs a query of at least one character", async ({ expect }) => {
    const outcome = await run(search(), { inputs: [{ question: "" }] });
    expect(outcome.error?.code).toBe("invalid_spec");
  });
});
