/**
 * API keys: `sk-bob-`, 40 random characters and a checksum of all before it, so that a typo or a
 * guess is told from a key without asking a database.
 */
import { nanoid } from "nanoid";

/** Tells people and scanners for secrets what it is. */
const PREFIX = "sk-bob-";
/** 240 random bits. */
const RANDOM_CHARS = 40;
/** 32 bits in base 36. */
const CHECKSUM_CHARS = 7;

const FORM = /^sk-bob-[\w-]{40}[0-9a-z]{7}$/;
/** Keys from before there was a checksum, and the one that local servers are seeded with. */
const OLDER_FORM = /^sk-(?:[\w-]{40}|dev)$/;

/** A random key, with the checksum by which a mistyped one is told without a look-up. */
export function newApiKey(): string {
  const key = `${PREFIX}${nanoid(RANDOM_CHARS)}`;
  return `${key}${checksumOf(key)}`;
}

/** Whether this may be a key: false of what no deployment has ever given out. */
export function mayBeApiKey(text: string): boolean {
  return FORM.test(text)
    ? text.endsWith(checksumOf(text.slice(0, -CHECKSUM_CHARS)))
    : OLDER_FORM.test(text);
}

/** CRC-32 (ISO-HDLC), which catches every single mistake; secrecy is the random part's affair. */
function checksumOf(text: string): string {
  let crc = 0xffff_ffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc >>> 1) ^ ((crc & 1) * 0xedb8_8320);
    }
  }
  return (~crc >>> 0).toString(36).padStart(CHECKSUM_CHARS, "0");
}
