/** The calls of the API that a socket's frames stand for. */
import type { AskingFrame } from "./frames";
import type { SocketNotes } from "./notes";

/** The call that a frame stands for; null of what no call can carry, in a header or in the body. */
export function callOf(frame: AskingFrame, notes: SocketNotes): Request | null {
  try {
    return makeCall(frame, notes);
  } catch {
    return null;
  }
}

function makeCall(frame: AskingFrame, notes: SocketNotes): Request {
  const renewed = renewedCredential(frame);
  const as = renewed === undefined ? notes : { ...notes, credential: renewed };
  if (frame.type === "resume") {
    return resumeCall(as, 0);
  }
  const { body, id, messages, trigger, messageId } = frame;
  const turn = { ...body, id, messages, trigger, messageId };
  return post(`${notes.chatUrl}${notes.query}`, as, turn, frame.headers["idempotency-key"]);
}

/** The stream of the chat, behind this place in its run. */
export function resumeCall(notes: SocketNotes, place: number): Request {
  const { chatUrl, query, credential } = notes;
  return new Request(`${chatUrl}/${nameOf(notes)}/stream${query}`, {
    headers: {
      Authorization: `Bearer ${credential}`,
      ...(place === 0 ? {} : { "Last-Event-ID": String(place) }),
    },
  });
}

function post(
  url: string,
  { credential }: Pick<SocketNotes, "credential">,
  body: object,
  idempotencyKey?: string,
): Request {
  return new Request(url, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${credential}`,
      "Content-Type": "application/json",
      ...(idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey }),
    },
    body: JSON.stringify(body),
  });
}

export function stopCall(notes: SocketNotes, runId: string): Request {
  return post(`${notes.chatUrl}/${nameOf(notes)}/stop`, notes, { runId });
}

/** Asks whether its caller would be let in, as if it opened the socket anew. */
export function accessCheckCall(notes: SocketNotes): Request {
  return new Request(`${notes.chatUrl}/${nameOf(notes)}/ws`, {
    headers: { Authorization: `Bearer ${notes.credential}` },
  });
}

/** What the frame brings in place of the socket's own; undefined where that is to be used. */
export function renewedCredential({ headers }: AskingFrame): string | undefined {
  return headers["authorization"]?.replace(/^Bearer +/i, "");
}

function nameOf({ chatId }: SocketNotes): string {
  return encodeURIComponent(chatId);
}
