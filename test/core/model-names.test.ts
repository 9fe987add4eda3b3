import { env } from "cloudflare:workers";
import { it } from "vitest";

import { findModel, modelAliases } from "../../src/core/model-names";

const of = (aliases: string, name: string) => findModel({ ...env, MODEL_ALIASES: aliases }, name);

it("finds a model by its alias, by its provider, or as one of the default provider's", ({
  expect,
}) => {
  const aliases = '{"gpt-4o":"anthropic/claude-x"}';
  expect(of(aliases, "gpt-4o")).toEqual({
    ok: true,
    value: { providerId: "anthropic", modelId: "claude-x" },
  });
  expect(of(aliases, "workers-ai/@cf/a/b")).toEqual({
    ok: true,
    value: { providerId: "workers-ai", modelId: "@cf/a/b" },
  });
  expect(of("", "gpt-4o")).toMatchObject({ ok: true, value: { modelId: "gpt-4o" } });
});

it.for(["gpt-4o", "[]", '{"a":1}', '{"a":""}', "null"])(
  "says of aliases that it cannot read which variable they are: %s",
  (aliases, { expect }) => {
    expect(modelAliases({ MODEL_ALIASES: aliases })).toBeNull();
    expect(of(aliases, "gpt-4o")).toMatchObject({
      ok: false,
      failure: { kind: "unavailable", message: expect.stringContaining("MODEL_ALIASES") },
    });
  },
);

it("reads the variable once for as long as it says the same", ({ expect }) => {
  const first = modelAliases({ MODEL_ALIASES: '{"a":"b"}' });
  expect(modelAliases({ MODEL_ALIASES: '{"a":"b"}' })).toBe(first);
});
