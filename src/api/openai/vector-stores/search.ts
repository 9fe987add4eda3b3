/** Search of a vector store by its caller. */
import { Hono } from "hono";
import * as z from "zod";

import { searchByCaller } from "../../../core/knowledge";
import type { Failure } from "../../../domain/failure";
import type { KnowledgeHit } from "../../../domain/knowledge";
import { KNOWLEDGE } from "../../../limits";
import type { AppEnv } from "../../shared/app-env";
import { coreContext } from "../../shared/core-context";
import { reply } from "../../shared/operation";
import { fail } from "../../shared/reply/fail";
import { AttributesField } from "../../shared/request/attributes";
import { call } from "../call";
import { optional } from "../fields";
import { idOf, toWireId } from "../ids";
import { stringOr } from "../string-or";
import { FiltersField } from "./fields";
import { scoreOf } from "./score";

const RESULTS = { max: 50, default: 10 };

const RankingOptions = z.strictObject({
  ranker: optional(z.enum(["auto", "none", "default-2024-11-15", "default_2024_08_21"])),
  score_threshold: optional(z.number().min(0).max(1)).describe(
    "Needs a store whose passages have vectors.",
  ),
});

const SearchBody = z.strictObject({
  query: stringOr(z.array(z.string()).min(1).max(KNOWLEDGE.maxTerms)).meta({
    example: "How long does a refund take?",
  }),
  max_num_results: optional(z.int().min(1).max(RESULTS.max)),
  filters: optional(FiltersField),
  ranking_options: optional(RankingOptions),
  rewrite_query: optional(z.boolean()).describe("The query is searched as it stands."),
});

const ResultsWire = z.strictObject({
  object: z.literal("vector_store.search_results.page"),
  search_query: z.array(z.string()),
  data: z.array(
    z.strictObject({
      file_id: z.string(),
      filename: z.string(),
      score: z.number(),
      attributes: AttributesField,
      content: z.array(z.strictObject({ type: z.literal("text"), text: z.string() })),
    }),
  ),
  has_more: z.literal(false),
  next_page: z.null(),
});

export const search = new Hono<AppEnv>().post(
  "/vector_stores/:vector_store_id/search",
  call({
    id: "openaiSearchVectorStore",
    tag: "Vector stores",
    summary: "Find the passages of a vector store that fit a question best",
    access: "read",
    body: SearchBody,
    reply: ResultsWire,
    failures: ["conflict"],
  }),
  async (c) => {
    const body = c.req.valid("json");
    const queries = typeof body.query === "string" ? [body.query] : body.query;
    const found = await searchByCaller(
      c.var.caller,
      coreContext(c),
      {
        query: queries.join("\n"),
        knowledge: [idOf(c, "vector_store")],
        topK: body.max_num_results ?? RESULTS.default,
        includeTags: [],
        excludeTags: [],
        ...(body.filters ? { attributes: body.filters } : {}),
        minSimilarity: body.ranking_options?.score_threshold ?? 0,
      },
      c.req.raw.signal,
    );
    const { hits, names } = found.ok ? found.value : fail(inOwnNames(found.failure));
    return reply(c, {
      object: "vector_store.search_results.page",
      search_query: queries,
      data: hits.map((hit) => presentHit(hit, names)),
      has_more: false,
      next_page: null,
    });
  },
);

function presentHit(hit: KnowledgeHit, names: ReadonlyMap<string, string>) {
  const { documentId, fileId, text, attributes } = hit;
  return {
    file_id: toWireId("file", fileId ?? documentId),
    filename: names.get(fileId ?? "") ?? documentId,
    score: scoreOf(hit),
    attributes: attributes ?? {},
    content: [{ type: "text" as const, text }],
  };
}

function inOwnNames(failure: Failure): Failure {
  return failure.kind !== "invalid"
    ? failure
    : {
        ...failure,
        issues: failure.issues.map((issue) =>
          issue.path[0] === "min_similarity"
            ? { ...issue, path: ["ranking_options", "score_threshold"] }
            : issue,
        ),
      };
}
