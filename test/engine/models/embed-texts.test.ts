import { describe, it } from "vitest";

import { embedTexts } from "../../../src/engine/models/embed-texts";
import { MODEL } from "../../../src/limits";
import { ManualClock } from "../../support/manual-clock";
import { modelPorts, modelSettings } from "../../support/model-request";
import { embeddingOf, embeddingsBody, errorBody } from "../../support/openai-wire";
import { jsonResponse, scriptedFetch } from "../../support/scripted-fetch";

const signal = new AbortController().signal;

for (const providerId of ["openai", "openai-compatible"] as const) {
  describe(`embedTexts through ${providerId}`, () => {
    const model = { providerId, modelId: "test-embedding" };

    it("gives a vector a text, in order, batch by batch", async ({ expect }) => {
      const texts = Array.from(
        { length: MODEL.embedBatchTexts + 1 },
        (_, index) => `text ${index}`,
      );
      const network = scriptedFetch(
        jsonResponse(embeddingsBody(texts.slice(0, MODEL.embedBatchTexts))),
        jsonResponse(embeddingsBody(texts.slice(MODEL.embedBatchTexts))),
      );
      const { vectors, inputTokens } = await embedTexts(
        model,
        texts,
        modelPorts({ network }),
        signal,
      );
      expect(vectors).toEqual(texts.map((text) => embeddingOf(text)));
      expect(inputTokens).toBe(texts.length);
      expect(network.requests.map(({ body }) => body["input"])).toEqual([
        texts.slice(0, MODEL.embedBatchTexts),
        texts.slice(MODEL.embedBatchTexts),
      ]);
    });

    it("asks nobody where there is no text", async ({ expect }) => {
      const network = scriptedFetch();
      expect(await embedTexts(model, [], modelPorts({ network }), signal)).toEqual({
        vectors: [],
        inputTokens: 0,
      });
    });

    it("tries again what may pass", async ({ expect }) => {
      const clock = new ManualClock();
      const network = scriptedFetch(
        jsonResponse(errorBody("busy"), { status: 503 }),
        jsonResponse(embeddingsBody(["a"])),
      );
      const pending = embedTexts(model, ["a"], modelPorts({ network, clock }), signal);
      await clock.advance(MODEL.retryBaseMs);
      expect((await pending).vectors).toEqual([embeddingOf("a")]);
    });

    it.for([
      ["no numbers", "[]", "a vector of 0 numbers"],
      ["too many", `[${"0,".repeat(MODEL.vectorMaxNumbers)}0]`, "a vector of 16385 numbers"],
      ["an infinite one", "[1e999]", "beyond"],
      ["one whose square is infinite", "[1e200]", "beyond"],
    ] as const)("takes no vector of %s", async ([, vector, words], { expect }) => {
      const body = `{"data": [{"index": 0, "embedding": ${vector}}]}`;
      const headers = { "Content-Type": "application/json" };
      const network = scriptedFetch(new Response(body, { headers }));
      const asked = embedTexts(model, ["a"], modelPorts({ network }), signal);
      await expect(asked).rejects.toThrow(words);
    });

    it("takes no vectors that differ in length", async ({ expect }) => {
      const data = [[1, 2], [3]].map((embedding, index) => ({ index, embedding }));
      const network = scriptedFetch(jsonResponse({ data }));
      const asked = embedTexts(model, ["a", "b"], modelPorts({ network }), signal);
      await expect(asked).rejects.toThrow("different lengths");
    });

    it("says what is wrong", async ({ expect }) => {
      const refused = scriptedFetch(jsonResponse(errorBody("no such model"), { status: 404 }));
      await expect(
        embedTexts(model, ["a"], modelPorts({ network: refused }), signal),
      ).rejects.toMatchObject({
        code: "provider_error",
        message: `${providerId} answered 404: no such model.`,
      });
      const short = scriptedFetch(jsonResponse(embeddingsBody(["a"])));
      await expect(
        embedTexts(model, ["a", "b"], modelPorts({ network: short }), signal),
      ).rejects.toMatchObject({
        code: "provider_bad_reply",
      });
      const models = modelSettings({ openai: { apiKey: null, baseUrl: null } });
      await expect(embedTexts(model, ["a"], modelPorts({ models }), signal)).rejects.toMatchObject({
        code: "provider_not_configured",
      });
    });
  });
}

describe("embedTexts", () => {
  it("goes through the binding of workers-ai", async ({ expect }) => {
    const binding = {
      run: async (_model: string, { text }: { text: string[] }) => ({
        data: text.map((item) => embeddingOf(item)),
      }),
    };
    const { vectors } = await embedTexts(
      { providerId: "workers-ai", modelId: "@cf/baai/bge-m3" },
      ["a", "b"],
      modelPorts({ models: modelSettings({ workersAi: binding }) }),
      signal,
    );
    expect(vectors).toEqual([embeddingOf("a"), embeddingOf("b")]);
  });

  it("refuses a provider that makes none", async ({ expect }) => {
    await expect(
      embedTexts({ providerId: "offline", modelId: "" }, ["a"], modelPorts(), signal),
    ).rejects.toMatchObject({ code: "provider_request_unsupported" });
  });
});
