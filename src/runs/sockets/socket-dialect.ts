/** What a dialect does with the WebSockets of a thread's object; `src/index.ts` hands the dialect in. */

/** A socket as a dialect sees it. After it is closed, `send` does nothing. */
export interface ObjectSocket {
  /** JSON that stays with the socket while its object is put away. */
  notes: unknown;
  /** UTF-16 units that were sent since the object was last put away, which waits until clients have taken them. */
  readonly sentChars: number;
  readonly isOpen: boolean;
  send(frame: object): void;
  /** @param code 1008 or from 4000 to 4999. */
  close(code: number, reason: string): void;
}

/** What a dialect does with the sockets of an object. */
export interface SocketDialect {
  /** Why no socket is taken beside those that the thread's object holds; null where one is. */
  refuse(held: readonly ObjectSocket[], notes: unknown): string | null;
  /** Resolves once the frame is read; what it asks for goes on. */
  hear(socket: ObjectSocket, frame: string | ArrayBuffer): Promise<void>;
  /** Called when the object is made anew: takes up work that the socket's notes name and the last object left. */
  goOn(socket: ObjectSocket): void;
  /** Called after the socket is closed. */
  leave(socket: ObjectSocket): void;
  /** Whether an answer is being sent on the socket. */
  isStreaming(socket: ObjectSocket): boolean;
  /** Closes the socket where its caller may not have it any more. Called for a silent socket now and then. */
  recheck(socket: ObjectSocket): Promise<void>;
}

/** Code with which a socket is closed that has much unread text: a client that reads opens a new one. */
export const RENEW_CLOSE = 4408;

/** Header with the socket's notes, as JSON, in the Worker's request to the thread's object. */
export const NOTES_HEADER = "X-Bobbin-Notes";
