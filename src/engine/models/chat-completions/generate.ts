/** One call for a reply by a server that speaks OpenAI's chat completions. */
import { asSentence } from "../../../domain/text";
import { MODEL } from "../../../limits";
import { yieldToEventLoop } from "../../../yield-to-event-loop";
import type { ModelRequest, ProviderCall, ProviderReply } from "../provider";
import { badReply, connectionLost } from "../provider-failure";
import { ReplyDraft } from "../reply-draft";
import { AdaptedBody } from "./adaptations";
import { readError } from "./error-shapes";
import { AnswerReader } from "./read-answer";
import { ReplyReader } from "./reply-reader";
import { toBody } from "./request-body";
import { addressHint, post, type Server } from "./server";
import { failureOf, readRefusal, show } from "./server-failures";

/** `extras` are the provider's own fields of the request. Throws as `Provider.generate` says. */
export async function generateCompletion(
  server: Server,
  request: ModelRequest,
  providerCall: ProviderCall,
  extras: (body: Record<string, unknown>) => Record<string, unknown> = (body) => body,
): Promise<ProviderReply> {
  const adapted = new AdaptedBody(server, extras(toBody(request)));
  for (;;) {
    const response = await post(server, "chat/completions", adapted.body, providerCall);
    if (response.ok) {
      const reply = await readReply(server, response, providerCall);
      return { ...reply, warnings: [...adapted.warnings, ...reply.warnings] };
    }
    const { text, failure } = await readRefusal(response, server, providerCall.now());
    providerCall.signal.throwIfAborted();
    if (!adapted.adapt(response.status, text)) {
      throw failure;
    }
  }
}

async function readReply(
  server: Server,
  response: Response,
  providerCall: ProviderCall,
): Promise<ProviderReply> {
  const draft = new ReplyDraft(server.id, providerCall.listener);
  const reply = new ReplyReader(draft);
  const answer = new AnswerReader({
    onValue(value, event) {
      const error = event === "error" ? readError(value) : reply.read(value);
      if (error !== null) {
        throw failureOf(server, error);
      }
    },
    onDone: () => undefined,
    onUnreadable(text, event) {
      if (event === "error") {
        throw failureOf(server, readError(text));
      }
      const hint = reply.hasBegun ? "" : addressHint(server);
      throw badReply(server.id, `${show(server, text)}${hint}`);
    },
    onTooLarge: () => draft.overflow(),
  });
  const isCut = await readToEnd(response, { answer, reply, draft }, providerCall);
  if (!isCut && !reply.hasBegun) {
    refuseEmpty(server, answer);
  }
  const isEnded = isCut ? reply.isSaid : reply.isFinished || answer.isOneText;
  if (!answer.isDone && !isEnded) {
    throw connectionLost(server.id);
  }
  return reply.finish(server.id);
}

/** Feeds the answer to its reader as far as it is needed. Returns whether the connection broke. */
async function readToEnd(
  { body }: Response,
  { answer, reply, draft }: { answer: AnswerReader; reply: ReplyReader; draft: ReplyDraft },
  providerCall: ProviderCall,
): Promise<boolean> {
  const { signal } = providerCall;
  if (body === null) {
    return true;
  }
  const reader = body.getReader();
  // Null once nothing more is worth waiting for.
  const patience = (): Promise<null> =>
    providerCall.sleep(MODEL.afterFinishMs, signal).then(nothing, nothing);
  let bytes = 0;
  let bytesAtPause = 0;
  try {
    while (!answer.isDone) {
      const read = reader.read().catch(() => CUT);
      const piece = await (reply.isSaid ? Promise.race([read, patience()]) : read);
      signal.throwIfAborted();
      if (piece === CUT || piece === null) {
        return piece === CUT;
      }
      if (piece.done) {
        break;
      }
      bytes += piece.value.byteLength;
      if (bytes > MODEL.answerMaxBytes) {
        draft.overflow();
      }
      answer.feed(piece.value);
      // What is unpacked comes without a wait, however little of it was sent.
      if (bytes - bytesAtPause > MODEL.answerBytesPerTurn) {
        bytesAtPause = bytes;
        await yieldToEventLoop();
        signal.throwIfAborted();
      }
    }
  } finally {
    void reader.cancel().catch(nothing);
  }
  answer.end();
  return false;
}

/** What a read gives whose connection broke. */
const CUT = "cut" as const;

/** Throws for what ended in order and holds no reply; a body without a word is a connection lost. */
function refuseEmpty(server: Server, answer: AnswerReader): void {
  if (answer.isDone) {
    throw badReply(server.id, "the stream ended before a reply began.", { retryable: true });
  }
  if (answer.unread.trim() !== "") {
    const said = asSentence(show(server, readError(answer.unread).message));
    throw badReply(server.id, `${said}${addressHint(server)}`);
  }
}

function nothing(): null {
  return null;
}
