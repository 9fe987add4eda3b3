import { ActionFailure } from "../domain/action-failure";

/** Why a file gives no text. Part of the wire. */
export type UnreadableCode =
  | "file_empty"
  /** Needs a password that nobody was asked for. */
  | "file_encrypted"
  /** Readable, but without a word in it, e.g. a scan. */
  | "file_no_text"
  /** Cut off, or not what its first bytes promise. */
  | "file_damaged"
  | "file_too_large"
  /** Bytes of no format that is known here. */
  | "file_unsupported"
  /** Unpacks to absurd sizes. */
  | "zip_bomb";

export function unreadable(code: UnreadableCode, message: string): ActionFailure {
  return new ActionFailure(code, message);
}

export function isUnreadable(error: unknown): error is ActionFailure {
  return error instanceof ActionFailure;
}
