/** What is known of a socket while its object is put away. */
import * as z from "zod";

import { SOCKET } from "../../../limits";

/** An answer at work: what a new object needs to go on with it. */
const Answering = z.object({
  requestId: z.string(),
  runId: z.string(),
  /** Chunks that the page has. */
  sent: z.number(),
  /** Number of the last of them in its run; 0: it has none. */
  place: z.number(),
});
export type Answering = z.output<typeof Answering>;

export const SocketNotes = z.object({
  /** Among all sockets. */
  id: z.string(),
  projectId: z.string(),
  /** Of the chat's calls, with neither query nor slash behind it. */
  chatUrl: z.string(),
  chatId: z.string(),
  /** The settings of the stream, as a query. */
  query: z.string(),
  /** Key or token, which each frame is held to anew. */
  credential: z.string(),
  /** A page that breaks an answer off stops its run. */
  abortStops: z.boolean(),
  answering: z.array(Answering),
});
export type SocketNotes = z.output<typeof SocketNotes>;

export function fitsSocket(notes: SocketNotes): boolean {
  return JSON.stringify(notes).length <= SOCKET.notesMaxChars;
}
