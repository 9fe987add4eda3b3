/** WebSockets of a thread's object: what a dialect does with them, handed in where the Worker is put together. */

/** A socket as a dialect has it. Closed, it takes what is sent and does nothing. */
export interface ObjectSocket {
  /** JSON that stays with the socket while its object is put away. */
  notes: unknown;
  /** UTF-16 units that were told since its object was last put away, which waits until they are on their way. */
  readonly toldChars: number;
  send(frame: object): void;
  /** @param code 1008 or from 4000 to 4999. */
  close(code: number, reason: string): void;
}

export interface SocketDialect {
  /** Whether one more is taken beside those that the thread's object holds. */
  admits(held: readonly ObjectSocket[], notes: unknown): boolean;
  hear(socket: ObjectSocket, frame: string | ArrayBuffer): void;
  /** The socket has outlived an object that may have left work of its notes undone. */
  goOn(socket: ObjectSocket): void;
  /** It is closed. */
  leave(socket: ObjectSocket): void;
  /** Whether something is being told on it. */
  isTelling(socket: ObjectSocket): boolean;
  /** Closes it where its caller may have it no longer. Asked of a silent socket now and then. */
  judge(socket: ObjectSocket): Promise<void>;
}

/** Of a socket on which much was told: whoever has read it opens a new one. */
export const RENEW_CLOSE = 4408;

/** In the request by which the Worker has a thread's object take a socket: its notes, as JSON. */
export const NOTES_HEADER = "X-Bobbin-Notes";
