/** Limits of WebSockets: see `limits.ts`. */
import { STREAM } from "./limits";

export const SOCKET = {
  /** A page has one; a person has a few devices with a few tabs of the same chat. */
  maxPerThread: 32,
  /**
   * Opened within `STREAM.slotLeaseMs` by way of one isolate. A socket lives in its thread's object and
   * costs the isolate nothing afterwards; a server of one process has a descriptor for each.
   */
  opened: { ...STREAM.slots, perEndUser: 64 },
  /** Answers at a time on one socket: a page has one, or two while it sends and resumes. */
  maxRequests: 8,
  /** The SDK's own ids have 16 characters. */
  requestIdMaxChars: 64,
  /** JSON of what stays with a socket while its object is put away; the platform takes 2 KiB. */
  notesMaxChars: 2000,
} as const;
