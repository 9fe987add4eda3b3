/**
 * A chat's sockets: each frame is the call over HTTP that it stands for, with its access, limits and
 * errors, and the stream that answers it comes as frames. Runs in the object that holds the sockets.
 */
import type { Failure } from "../../../domain/failure";
import { SOCKET } from "../../../limits";
import {
  type ObjectSocket,
  RENEW_CLOSE,
  type SocketDialect,
} from "../../../runs/sockets/socket-dialect";
import { pauseAfter } from "../../../yield-to-event-loop";
import { errors } from "../../shared/reply/typed-errors";
import { callOf, accessCheckCall, renewedCredential, resumeCall, stopCall } from "./calls";
import { type AnswerFrame, type AskingFrame, readFrame } from "./frames";
import { type Answering, SocketNotes, fitsSocket } from "./notes";
import { openSockets } from "./open-sockets";
import { type NumberedChunk, readChunks } from "./read-chunks";
import { expiryOf, speaksFor } from "./speaker";
import { Untaken } from "./untaken";

const MALFORMED = 1008;
/** Of a token or key that is good no more. */
const UNAUTHORIZED_CLOSE = 4401;
/** Of a chat that its caller may not have any more, or that is not there. */
const GONE_CLOSE = 4404;
const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const NO_CONTENT = 204;

/** Answers that a socket has at work, by the page's names of them. */
type AtWork = Map<string, AbortController>;

/** Makes each frame of a chat's socket the call over HTTP that it stands for. */
export class ChatSockets implements SocketDialect {
  readonly #call: (request: Request) => Promise<Response>;
  /** Memory. */
  readonly #atWork = new WeakMap<ObjectSocket, AtWork>();

  /** Memory: frames of a socket that became no call. */
  readonly #idle = new WeakMap<ObjectSocket, number>();

  /** Memory: frames of a socket that are not read to their end, the last of them, and UTF-16 units of all. */
  readonly #unread = new WeakMap<ObjectSocket, { chars: number; last: Promise<void> }>();

  /** Memory: what was told and may lie here still. */
  readonly #untaken = new Untaken();

  /** @param call Makes a call of the API as if it had come over HTTP. */
  constructor(call: (request: Request) => Promise<Response>) {
    this.#call = call;
  }

  /** Frames are taken in their order, though a long one takes its time. */
  async hear(socket: ObjectSocket, text: string | ArrayBuffer): Promise<void> {
    const unread = this.#unread.get(socket) ?? { chars: 0, last: Promise.resolve() };
    this.#unread.set(socket, unread);
    const chars = typeof text === "string" ? text.length : text.byteLength;
    if (unread.chars + chars > SOCKET.unreadMaxChars) {
      socket.close(MALFORMED, "More was sent at once than a socket takes.");
      return;
    }
    unread.chars += chars;
    const taken = unread.last
      .then(() => this.#take(socket, text))
      .finally(() => {
        unread.chars -= chars;
      });
    unread.last = taken.catch(() => undefined);
    await taken;
  }

  async #take(socket: ObjectSocket, text: string | ArrayBuffer): Promise<void> {
    if (!socket.isOpen) {
      return;
    }
    const frame = await readFrame(text);
    if (frame === null) {
      socket.close(MALFORMED, "The frame is too long, or none of WebSocketChatTransport's.");
    } else if (frame.type === "abort") {
      this.#abort(socket, frame.requestId);
    } else {
      await pauseAfter(typeof text === "string" ? text.length : 0);
      const failure = this.#reject(socket, frame);
      const call = failure === null ? callOf(frame, notesOf(socket)) : null;
      if (call === null) {
        send(socket, errorFrame(frame.requestId, failure ?? NO_CALL));
        this.#countIdle(socket);
      } else {
        void this.#answer(socket, frame, call);
      }
    }
  }

  /** An end user has a share of a thread's sockets, and of the isolate's; those whose token has expired make room. */
  refuse(held: readonly ObjectSocket[], given: unknown): string | null {
    const nowSeconds = Date.now() / 1000;
    const expired = held.filter((socket) => expiryOf(notesOf(socket)) < nowSeconds);
    for (const socket of expired) {
      socket.close(UNAUTHORIZED_CLOSE, "The token is good no more.");
      openSockets.release(notesOf(socket));
    }
    const left = held.filter((socket) => !expired.includes(socket));
    const notes = SocketNotes.parse(given);
    const speaker = speaksFor(`Bearer ${notes.credential}`);
    const own = left.filter(
      (socket) => speaksFor(`Bearer ${notesOf(socket).credential}`) === speaker,
    );
    if (left.length >= SOCKET.maxPerThread || own.length >= SOCKET.maxPerSpeaker) {
      return `The chat has ${SOCKET.maxPerThread} sockets open already, or you ${SOCKET.maxPerSpeaker} of them.`;
    }
    return openSockets.take(notes);
  }

  /** Frames that become no call are counted by nobody else. */
  #countIdle(socket: ObjectSocket): void {
    const count = (this.#idle.get(socket) ?? 0) + 1;
    this.#idle.set(socket, count);
    if (count > SOCKET.maxIdleFrames) {
      socket.close(MALFORMED, "Too many frames that ask for nothing.");
    }
  }

  /** Each answer goes on behind what the page has of it, out of the run's journal. */
  goOn(socket: ObjectSocket): void {
    for (const answering of notesOf(socket).answering) {
      void this.#stream(socket, answering, resumeCall(notesOf(socket), answering.place));
    }
  }

  leave(socket: ObjectSocket): void {
    this.#atWorkOf(socket).forEach((work) => work.abort());
    this.#untaken.release(socket);
    openSockets.release(notesOf(socket));
  }

  isStreaming(socket: ObjectSocket): boolean {
    return this.#atWorkOf(socket).size > 0;
  }

  /** One whose token has expired is told nothing more, and may be renewed by its page's next frame. */
  async recheck(socket: ObjectSocket): Promise<void> {
    const notes = notesOf(socket);
    openSockets.take(notes);
    if (expiryOf(notes) < Date.now() / 1000) {
      return;
    }
    const { status, body } = await this.#call(accessCheckCall(notes)).catch(() => NO_ANSWER);
    await body?.cancel();
    if (status === UNAUTHORIZED) {
      socket.close(UNAUTHORIZED_CLOSE, "The token is good no more.");
    } else if (status === FORBIDDEN || status === NOT_FOUND) {
      socket.close(GONE_CLOSE, "The chat is gone.");
    }
  }

  #reject(socket: ObjectSocket, { id, requestId, headers }: AskingFrame): Failure | null {
    const { chatId, credential } = notesOf(socket);
    if (id !== chatId) {
      return conflict(`The socket is of the chat ${chatId}: open another one for ${id}.`);
    }
    if (this.#atWorkOf(socket).has(requestId)) {
      return conflict(`The request ${requestId} is being answered.`);
    }
    if (this.#atWorkOf(socket).size >= SOCKET.maxRequests) {
      return conflict(`The socket has ${SOCKET.maxRequests} answers at work: end one.`);
    }
    const named = headers["authorization"];
    return named === undefined || speaksFor(named) === speaksFor(`Bearer ${credential}`)
      ? null
      : conflict("The authorization is another caller's than the socket's.");
  }

  async #answer(socket: ObjectSocket, frame: AskingFrame, call: Request): Promise<void> {
    const { requestId } = frame;
    const nothing = { requestId, runId: "", sent: 0, place: 0 };
    await this.#stream(socket, nothing, call, renewedCredential(frame));
  }

  /** @param renewed The credential of the call, where it is not the socket's yet. */
  async #stream(
    socket: ObjectSocket,
    begun: Answering,
    request: Request,
    renewed?: string,
  ): Promise<void> {
    const { requestId } = begun;
    const work = new AbortController();
    this.#atWorkOf(socket).set(requestId, work);
    try {
      const reply = await this.#call(new Request(request, { signal: work.signal }));
      if (reply.ok && renewed !== undefined) {
        keepCredential(socket, renewed);
      }
      await this.#pass(socket, begun, reply, work.signal);
    } catch {
      // What it was is in the log: the stream that broke has put it there.
      send(socket, errorFrame(requestId, BROKEN_OFF));
    } finally {
      this.#atWorkOf(socket).delete(requestId);
      note(socket, requestId, null);
    }
  }

  async #pass(
    socket: ObjectSocket,
    begun: Answering,
    reply: Response,
    signal: AbortSignal,
  ): Promise<void> {
    const { requestId } = begun;
    if (reply.status === NO_CONTENT || reply.body === null) {
      send(socket, { type: "no-active", requestId });
      return;
    }
    if (!reply.ok) {
      send(socket, { type: "error", requestId, errorText: (await reply.text()).trim() });
      if (reply.status === UNAUTHORIZED) {
        socket.close(UNAUTHORIZED_CLOSE, "The token is good no more.");
      }
      return;
    }
    const runId = reply.headers.get("X-Bobbin-Run-Id") ?? "";
    if (begun.sent > 0 && (begun.place === 0 || begun.runId !== runId)) {
      send(socket, errorFrame(requestId, BROKEN_OFF));
      await reply.body.cancel();
      return;
    }
    send(socket, { type: "start", requestId });
    const isDone = await this.#passChunks(socket, { ...begun, runId }, reply.body, signal);
    if (!signal.aborted) {
      send(socket, isDone ? { type: "end", requestId } : errorFrame(requestId, BROKEN_OFF));
    }
    if (!this.#untaken.hasRoom(socket)) {
      socket.close(RENEW_CLOSE, "More was told than may lie here unread: open the next socket.");
    }
  }

  async #passChunks(
    socket: ObjectSocket,
    answering: Answering,
    body: ReadableStream<Uint8Array>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const chunks = readChunks(body);
    let at = answering;
    note(socket, at.requestId, at);
    for (;;) {
      const { done, value } = await chunks.next();
      if (done === true) {
        return value;
      }
      if (signal.aborted || !this.#untaken.hasRoom(socket)) {
        await chunks.return(false);
        return false;
      }
      value.forEach(({ chunk }, index) => {
        const sequence = at.sent + index;
        send(socket, { type: "chunk", requestId: at.requestId, sequence, chunk });
      });
      at = behind(at, value);
      note(socket, at.requestId, at);
    }
  }

  /** A page that unmounts sends the same as one that is to stop: the run goes on unless its address says otherwise. */
  #abort(socket: ObjectSocket, requestId: string): void {
    const notes = notesOf(socket);
    const answering = notes.answering.find((one) => one.requestId === requestId);
    this.#atWorkOf(socket).get(requestId)?.abort();
    if (answering === undefined) {
      this.#countIdle(socket);
    }
    if (notes.abortStops && answering !== undefined && answering.runId !== "") {
      const { runId } = answering;
      this.#call(stopCall(notes, runId)).catch(() => {});
    }
  }

  #atWorkOf(socket: ObjectSocket): AtWork {
    const atWork = this.#atWork.get(socket) ?? new Map<string, AbortController>();
    this.#atWork.set(socket, atWork);
    return atWork;
  }
}

/** Of a call that broke: whoever asks again hears more. */
const NO_ANSWER = { status: 0, body: null };

const BROKEN_OFF: Failure = {
  kind: "unavailable",
  message: "The answer broke off here, and goes on: resume it.",
  retryAfterSeconds: 1,
};

const NO_CALL: Failure = {
  kind: "malformed_body",
  reason:
    "The frame holds what no call can carry: a header of more than visible characters, or a body that nests too deep.",
};

function conflict(message: string): Failure {
  return { kind: "conflict", message };
}

function errorFrame(requestId: string, failure: Failure): AnswerFrame {
  const { body } = errors.failure(failure, crypto.randomUUID());
  return { type: "error", requestId, errorText: JSON.stringify(body) };
}

function send(socket: ObjectSocket, frame: AnswerFrame): void {
  socket.send(frame);
}

function notesOf(socket: ObjectSocket): SocketNotes {
  return SocketNotes.parse(socket.notes);
}

/** For what is asked later in its name. */
function keepCredential(socket: ObjectSocket, credential: string): void {
  const noted = { ...notesOf(socket), credential };
  if (fitsSocket(noted)) {
    socket.notes = noted;
  }
}

/** @param answering Null: there is nothing to go on with. */
function note(socket: ObjectSocket, requestId: string, answering: Answering | null): void {
  const notes = notesOf(socket);
  const others = notes.answering.filter((one) => one.requestId !== requestId);
  const noted = { ...notes, answering: answering === null ? others : [...others, answering] };
  // Without room it is answered all the same, and broken off where the object dies meanwhile.
  socket.notes = fitsSocket(noted) ? noted : { ...notes, answering: others };
}

function behind(answering: Answering, sent: readonly NumberedChunk[]): Answering {
  const last = sent.findLast(({ id }) => id !== null)?.id ?? answering.place;
  return { ...answering, sent: answering.sent + sent.length, place: last };
}
