/** The knowledge that a model searches itself, and the passages that its words may quote. */
import * as z from "zod";

import type { KnowledgeHit } from "../../domain/knowledge";
import type { Citation } from "../../domain/message";
import type { FoundPassage } from "../../domain/run-event";
import { findCitations, markOf, showPassage } from "../../domain/runs/citations";
import type { ActionContext } from "../actions/action";
import { failSearch } from "../fail-search";
import type { FunctionCall } from "../models/provider";
import type { ChatConfig } from "./chat-config";

const Query = z.object({ query: z.string() });

type SearchConfig = Pick<ChatConfig, "knowledge" | "top_k" | "min_similarity">;

export class FileSearch {
  readonly #context: ActionContext<unknown, SearchConfig>;
  readonly #passages = new Map<string, FoundPassage>();
  #searches = 0;

  constructor(context: ActionContext<unknown, SearchConfig>) {
    this.#context = context;
  }

  /** What the model reads. Throws ActionFailure `knowledge_not_found`. */
  async answer({ callId }: FunctionCall, input: Record<string, unknown>): Promise<string> {
    const { emit, attempt } = this.#context;
    this.#searches += 1;
    const ordinal = this.#searches;
    const { query } = Query.parse(input);
    const key = `${callId}:${attempt}`;
    emit({ type: "search-start", callId, query, ordinal }, `search-start:${key}`);
    const passages = await this.#context.step(`search:${callId}`, () => this.#find(query));
    emit({ type: "search-end", callId, passages, ordinal }, `search-end:${key}`);
    const shown = passages.map((passage, hit) => {
      this.#passages.set(`${ordinal}:${hit}`, passage);
      return showPassage(markOf(ordinal, hit, passage.title), passage);
    });
    return shown.length === 0 ? "No passage fits the query." : shown.join("\n\n");
  }

  /** The marks of passages in a text; others are text like any. */
  citationsIn(text: string): Citation[] {
    const passageOf = (ordinal: number, hit: number) => this.#passages.get(`${ordinal}:${hit}`);
    return findCitations(text, passageOf).map(({ at: _at, ...citation }) => citation);
  }

  async #find(query: string): Promise<FoundPassage[]> {
    const { ports, config, threadId, signal } = this.#context;
    const thread = threadId === null ? null : await ports.threads.read(threadId);
    const knowledge = [...new Set([...(config.knowledge ?? []), ...(thread?.knowledge ?? [])])];
    if (knowledge.length === 0 || query.trim() === "") {
      return [];
    }
    await ports.knowledge.settle?.(knowledge, signal);
    const { top_k: topK, min_similarity: minSimilarity } = config;
    const hits = await ports.knowledge.search(
      { query, knowledge, topK, includeTags: [], excludeTags: [], minSimilarity },
      signal,
    );
    return this.#withTitles(Array.isArray(hits) ? hits : failSearch(hits));
  }

  async #withTitles(hits: readonly KnowledgeHit[]): Promise<FoundPassage[]> {
    const fileIds = [...new Set(hits.flatMap(({ fileId }) => fileId ?? []))];
    const files =
      fileIds.length === 0 ? new Map() : await this.#context.ports.files.describe(fileIds);
    return hits.map(
      ({ documentId, fileId, text, score, similarity, offset, pages, sourceUrl }) => ({
        documentId,
        fileId,
        title: (fileId === null ? undefined : files.get(fileId)?.name) ?? documentId,
        text,
        score,
        similarity,
        offset,
        ...(pages && { pages }),
        ...(sourceUrl === null ? {} : { sourceUrl }),
      }),
    );
  }
}
