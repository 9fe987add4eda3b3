/** One batch of texts as vectors, by a server that speaks OpenAI's embeddings. */
import { MODEL } from "../../../limits";
import { estimateTokens } from "../estimate-tokens";
import type { Embeddings, ProviderConnection } from "../provider";
import { badReply, connectionLost } from "../provider-failure";
import { findError, readError } from "./error-shapes";
import { asRecord, looseJson } from "./loose-json";
import { readText } from "./read-text";
import { post, type Server } from "./server";
import { failureOf, readRefusal, show } from "./server-failures";

export async function embed(
  server: Server,
  modelId: string,
  texts: readonly string[],
  connection: ProviderConnection,
): Promise<Embeddings> {
  const request = { model: modelId, input: texts, encoding_format: "float" };
  const response = await post(server, "embeddings", request, connection);
  if (!response.ok) {
    throw (await readRefusal(response, server, connection.now())).failure;
  }
  const { text, isCut } = await readText(response, MODEL.embeddingsMaxChars);
  connection.signal.throwIfAborted();
  if (isCut) {
    throw connectionLost(server.id);
  }
  const answer = asRecord(looseJson(text)) ?? {};
  const error = findError(answer);
  if (error !== null) {
    throw failureOf(server, error);
  }
  const vectors = vectorsOf(answer["data"]);
  if (vectors === null) {
    throw badReply(server.id, show(server, readError(text).message));
  }
  if (vectors.length !== texts.length) {
    throw badReply(server.id, `${vectors.length} vectors for ${texts.length} texts.`);
  }
  const counted = asRecord(answer["usage"])?.["prompt_tokens"];
  return {
    vectors,
    inputTokens:
      typeof counted === "number" && counted > 0 ? counted : estimateTokens(texts.join("")),
  };
}

/** In the order of the texts: by `index`, or as they come where a server gives none. */
function vectorsOf(data: unknown): number[][] | null {
  if (!Array.isArray(data)) {
    return null;
  }
  const placed = data.map((item, place) => {
    const { index, embedding } = asRecord(item) ?? {};
    return { index: typeof index === "number" ? index : place, embedding };
  });
  const vectors = placed.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding);
  return vectors.every(isVector) ? vectors : null;
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((number) => typeof number === "number");
}
