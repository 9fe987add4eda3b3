/** Every call for a reply asks its provider for a stream, also where nobody listens: silence is cut on the way. */
import { it } from "vitest";

import { generateReply } from "../../../src/engine/models/generate-reply";
import { PROVIDERS } from "../../../src/engine/models/registry";
import { modelPorts, modelRequest, modelSettings, notes } from "../../support/model-request";
import { scriptedFetch } from "../../support/scripted-fetch";

/** By `isRemote` a provider that is still to come is among them. */
const REMOTE = Object.values(PROVIDERS).filter(({ isRemote }) => isRemote);
const functions = [{ name: "weather", parameters: { type: "object", properties: {} } }];
const responseFormat = { type: "json_object" } as const;

it.for(
  REMOTE.flatMap((provider) =>
    [{}, { functions }, { functions, singleCall: true }, { responseFormat }].map(
      (changes) => [provider.id, Object.keys(changes).join(" and "), provider, changes] as const,
    ),
  ),
)("%s is asked for a stream by a blocking run, %s", async ([, , provider, changes], { expect }) => {
  const network = scriptedFetch(new Error("refused"));
  const bodies: Record<string, unknown>[] = [];
  const binding = {
    run: (_model: string, inputs: Record<string, unknown>) => {
      bodies.push(inputs);
      return Promise.reject(new Error("refused"));
    },
  };
  const ports = modelPorts({ network, models: modelSettings({ workersAi: binding }) });
  const abort = new AbortController();
  await generateReply(provider, modelRequest({ ...changes, stream: false }), {
    ports,
    signal: abort.signal,
    listener: notes().listener,
    onRetry: () => abort.abort(new Error("Once is enough.")),
    random: () => 0,
  }).catch(() => undefined);
  bodies.push(...network.requests.map(({ body }) => body));
  expect(bodies.map(({ stream }) => stream)).toEqual([true]);
});
