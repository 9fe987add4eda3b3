import * as z from "zod";

import { ACTION, KNOWLEDGE } from "../../limits";
import { failSearch } from "../fail-search";
import { defineAction } from "./action";

const tags = z
  .array(z.string().min(1).max(KNOWLEDGE.maxTagChars))
  .max(KNOWLEDGE.maxTags)
  .default([]);

export const knowledgeAction = defineAction({
  type: "knowledge",
  summary: "The passages of the project's knowledge that fit a query best, best first.",
  spec: z.strictObject({
    query: z.string().min(1).describe("What to look for, in words."),
  }),
  config: z.strictObject({
    knowledge: z
      .array(z.string().min(1))
      .max(KNOWLEDGE.maxSearched)
      .default([])
      .describe("Names of the knowledge to search; none means all of the project."),
    top_k: z
      .int()
      .min(1)
      .max(ACTION.knowledgeMaxHits)
      .default(ACTION.knowledgeDefaultHits)
      .describe("How many passages."),
    include_tags: tags.describe("Only documents that carry one of these."),
    exclude_tags: tags.describe("No documents that carry one of these."),
  }),
  async execute({ spec, config, ports, signal }) {
    const hits = await ports.knowledge.search(
      {
        query: spec.query,
        knowledge: config.knowledge,
        topK: config.top_k,
        includeTags: config.include_tags,
        excludeTags: config.exclude_tags,
      },
      signal,
    );
    const found = Array.isArray(hits) ? hits : failSearch(hits);
    return {
      value: found.map((hit) => ({
        document_id: hit.documentId,
        ...(hit.fileId === null ? {} : { file_id: hit.fileId }),
        text: hit.text,
        score: hit.score,
        ...(hit.similarity === null ? {} : { similarity: hit.similarity }),
        offset: hit.offset,
        ...(hit.pages && { pages: hit.pages }),
        tags: hit.tags,
        source_url: hit.sourceUrl,
      })),
    };
  },
});
