/**
 * Gets one reply of a model: a call within its time bounds, and further calls where the failure may pass and
 * nothing of the reply has been told yet.
 */
import { MODEL } from "../../limits";
import type { RunPorts } from "../ports";
import { plausibleUsage } from "./estimate-tokens";
import type { ModelReply, ModelRequest, Provider, ReplyListener } from "./provider";
import { ProviderFailure } from "./provider-failure";
import { withRetries, type Retry } from "./with-retries";
import { withinBounds, type BoundedCall, type Bounds } from "./within-bounds";

export interface ReplyOptions {
  ports: Pick<RunPorts, "models" | "fetch" | "connections" | "now" | "sleep">;
  signal: AbortSignal;
  listener: Omit<ReplyListener, "onProgress">;
  /** Called for each call that failed and is followed by another. */
  onRetry(retry: Retry): void;
  /** A number from 0 to under 1; `Math.random` by default. */
  random?: (() => number) | undefined;
}

const STREAMED: Bounds = {
  totalMs: MODEL.streamedReplyMs,
  firstSignMs: MODEL.firstTokenMs,
  silenceMs: MODEL.silenceMs,
};
/** Bounds of a reply that nobody follows: a server may finish it before it sends the first byte. */
const UNHEARD: Bounds = { ...STREAMED, firstSignMs: MODEL.wholeReplyMs };

/** Throws `ProviderFailure`, or the signal's reason once it is aborted. */
export async function generateReply(
  provider: Provider,
  request: ModelRequest,
  options: ReplyOptions,
): Promise<ModelReply> {
  const { ports, signal, random } = options;
  const bounds = request.stream ? STREAMED : UNHEARD;
  // The wait for a connection does not count against the provider's time.
  const connected = <T>(call: () => Promise<T>): Promise<T> =>
    provider.isRemote ? ports.connections.hold(signal, call) : call();
  return withRetries(
    { clock: ports, signal, random, onRetry: (retry) => options.onRetry(retry) },
    async (number) => {
      let begun = false;
      const onBegin = (): void => {
        begun = true;
      };
      try {
        return await connected(() =>
          withinBounds(provider.id, bounds, ports, signal, (providerCall) =>
            askOnce(provider, request, options, { providerCall, number, onBegin }),
          ),
        );
      } catch (error) {
        throw begun ? final(error) : error;
      }
    },
  );
}

async function askOnce(
  provider: Provider,
  request: ModelRequest,
  { ports, listener }: ReplyOptions,
  {
    providerCall,
    number,
    onBegin,
  }: { providerCall: BoundedCall; number: number; onBegin: () => void },
): Promise<ModelReply> {
  // What a provider tells after its call was given up belongs to no reply.
  const notify = (event: () => void): void => {
    if (request.stream && !providerCall.signal.aborted) {
      event();
    }
  };
  const reply = await provider.generate(request, {
    settings: ports.models,
    fetch: (input, init) => ports.fetch(input, init),
    now: () => ports.now(),
    sleep: (delayMs, sleepSignal) => ports.sleep(delayMs, sleepSignal),
    signal: providerCall.signal,
    number,
    listener: {
      onProgress() {
        // What nobody has heard can be told once more.
        if (request.stream) {
          onBegin();
        }
        providerCall.onProgress();
      },
      onText: (text, refusal) => notify(() => listener.onText(text, refusal)),
      onReasoning: (text) => notify(() => listener.onReasoning(text)),
      onCallStart: (call) => notify(() => listener.onCallStart(call)),
      onCallDelta: (call, text) => notify(() => listener.onCallDelta(call, text)),
    },
  });
  return { ...reply, usage: plausibleUsage(reply, request) };
}

/** The failure of a reply that has begun, marked as not to be tried again: told text cannot be taken back. */
function final(error: unknown): unknown {
  return error instanceof ProviderFailure && error.retryable
    ? new ProviderFailure(error.code, error.message)
    : error;
}
