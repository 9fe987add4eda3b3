import { cutText } from "../../domain/text";

/** Providers like to repeat a refused key in their message; nobody else is to read it. */
const KEY_LIKE = /\b(sk|pk|gsk|xai)-[\w*.-]{6,}/g;

const MAX_CHARS = 1000;
/** A shorter one is no secret but a placeholder, `EMPTY` or `ollama`: it is taken out as a word alone. */
const MIN_SECRET_CHARS = 8;
const SHOWN_AS = "[secret]";

/** A provider's message as a run may show it: the secrets and all that looks like one taken out. */
export function redact(message: string, secrets: readonly string[]): string {
  let text = cutText(message, 4 * MAX_CHARS);
  for (const secret of secrets.filter((one) => one !== "")) {
    text =
      secret.length < MIN_SECRET_CHARS ? withoutWord(text, secret) : withoutForms(text, secret);
  }
  return cutText(text.replace(KEY_LIKE, SHOWN_AS), MAX_CHARS).trim();
}

function withoutWord(text: string, word: string): string {
  return text
    .split(/([\p{L}\p{N}_-]+)/u)
    .map((part) => (part === word ? SHOWN_AS : part))
    .join("");
}

/** Takes out whatever holds half of one of the secret's forms in a row, in any case. */
function withoutForms(text: string, secret: string): string {
  const lower = text.toLowerCase();
  // Letters whose lower case is longer would shift what is found.
  const searched = lower.length === text.length ? lower : text;
  const hidden = new Uint8Array(text.length);
  for (const form of formsOf(secret)) {
    const half = Math.max(MIN_SECRET_CHARS, Math.ceil(form.length / 2));
    for (let from = 0; from + half <= form.length; from += 1) {
      const piece = form.slice(from, from + half);
      for (let at = searched.indexOf(piece); at !== -1; at = searched.indexOf(piece, at + 1)) {
        hidden.fill(1, at, at + half);
      }
    }
  }
  return withoutMarked(text, hidden);
}

/** As it is, backwards, in hexadecimal, in a URL, and in base64 wherever in a text it begins. */
function formsOf(secret: string): Set<string> {
  const bytes = new TextEncoder().encode(secret);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const encoded = [0, 1, 2].map((shift) => {
    const base64 = btoa(String.fromCharCode(...new Uint8Array(shift), ...bytes));
    // The characters that hold bits of what stands before or behind are not the secret's own.
    return base64.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  });
  const urlSafe = encoded.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"));
  const backwards = Array.from(secret).toReversed().join("");
  const forms = [secret, backwards, hex, encodeURIComponent(secret), ...encoded, ...urlSafe];
  return new Set(forms.map((form) => form.toLowerCase()));
}

function withoutMarked(text: string, hidden: Uint8Array): string {
  let shown = "";
  for (let at = 0; at < text.length; at += 1) {
    if (hidden[at] === 0) {
      shown += text.charAt(at);
    } else if (hidden[at - 1] !== 1) {
      shown += SHOWN_AS;
    }
  }
  return shown;
}
