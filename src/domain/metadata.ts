/**
 * The key-value pairs that callers may attach to threads and messages. Rules as documented: at most
 * 16 pairs, keys up to 64 and values up to 512 characters (UTF-16 units, as JavaScript counts).
 */
export type Metadata = Record<string, string>;

/** Most pairs of metadata, and UTF-16 units of each name and value. */
export const METADATA = { maxPairs: 16, maxKeyChars: 64, maxValueChars: 512 } as const;
