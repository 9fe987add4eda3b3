/**
 * Calls out of their pieces. By the wire a piece names its call by `index`; servers leave that out,
 * give every call 0, repeat names and ids, or send arguments as an object: what tells calls apart
 * decides, the rest does not.
 */
import { MODEL } from "../../../limits";
import type { ReplyDraft } from "../reply-draft";
import { asRecord, looseJson, written } from "./loose-json";
import { ObjectScan } from "./object-scan";

interface Piece {
  index: number | null;
  id: string | null;
  name: string;
  arguments: string;
  /** What the server wants back with the call, e.g. Google's signature of a thought. */
  extra: unknown;
}

interface Call {
  key: string;
  index: number | null;
  id: string | null;
  name: string;
  arguments: string;
  extra: unknown;
  /** Where the object of the arguments ends. */
  scan: ObjectScan;
  /** What of the arguments has not been told. */
  unsent: string;
  /** Characters of the arguments that have been told. */
  sentChars: number;
  isStarted: boolean;
  /** Whether the arguments are JSON, once their object has ended; null: nobody has looked. */
  isWhole: boolean | null;
}

export class CallAssembler {
  readonly #draft: ReplyDraft;
  readonly #calls: Call[] = [];
  #heldChars = 0;

  constructor(draft: ReplyDraft) {
    this.#draft = draft;
  }

  get hasAny(): boolean {
    return this.#calls.length > 0;
  }

  /** `tool_calls` of a delta or a message, or an older server's `function_call`. */
  read(toolCalls: unknown, functionCall: unknown): void {
    const list = Array.isArray(toolCalls) ? toolCalls : [toolCalls];
    const pieces = list.map(readPiece).filter((piece) => piece !== null);
    pieces.forEach((piece, position) => this.#add(piece, pieces.length - position));
    const single = pieces.length === 0 ? readPiece(functionCall) : null;
    if (single !== null) {
      this.#add(single, 1);
    }
  }

  /** Hands the calls to the draft; says what was wanted back with each, and what had to be left out. */
  finish(): { extras: unknown[]; warnings: string[] } {
    const named = this.#calls.filter(({ name }) => name !== "");
    for (const call of named) {
      const text = call.isStarted ? call.arguments : unwrapped(call.arguments);
      this.#draft.finishCall(call.key, call.name, text);
    }
    const nameless = this.#calls.length - named.length;
    return {
      extras: named.map(({ extra }) => extra),
      warnings: nameless === 0 ? [] : [`${nameless} of the reply's calls name no function.`],
    };
  }

  #add(piece: Piece, fromEnd: number): void {
    const known = this.#find(piece, fromEnd);
    const isNamed = known?.name !== "" && piece.name !== "";
    const isNew = known === undefined || (isNamed && isAnother(known, piece));
    const call = isNew ? this.#open(piece) : known;
    if (call.id === null && piece.id !== null) {
      this.#hold(piece.id.length);
      call.id = piece.id;
    }
    if (call.extra === undefined && piece.extra !== undefined) {
      this.#hold(written(piece.extra).length);
      call.extra = piece.extra;
    }
    if (call.arguments === "") {
      const name = joinNames(call.name, piece.name);
      this.#hold(name.length - call.name.length);
      call.name = name;
    }
    this.#addAll(call, piece.arguments);
  }

  /** Counts what is kept of the calls; gives the reply up where it is too much. */
  #hold(chars: number): void {
    this.#heldChars += chars;
    if (this.#heldChars > MODEL.replyMaxChars) {
      this.#draft.overflow();
    }
  }

  /** Google's run calls of one function together: the next begins behind the object of the one before. */
  #addAll(first: Call, text: string): void {
    let call = first;
    let rest = text;
    for (;;) {
      const end = nextObjectAt(call, rest);
      this.#addArguments(call, rest.slice(0, end));
      this.#emit(call);
      if (end === rest.length) {
        return;
      }
      const { index, name } = call;
      call = this.#open({ index, id: null });
      this.#hold(name.length);
      call.name = name;
      rest = rest.slice(end);
    }
  }

  #find({ index, id, name }: Piece, fromEnd: number): Call | undefined {
    if (index !== null) {
      return this.#calls.findLast((call) => call.index === index);
    }
    if (id !== null) {
      return this.#calls.find((call) => call.id === id);
    }
    return this.#calls.at(name === "" ? -fromEnd : -1);
  }

  #open({ index, id }: Pick<Piece, "index" | "id">): Call {
    if (this.#calls.length >= MODEL.replyMaxCalls) {
      this.#draft.overflow();
    }
    this.#hold(id?.length ?? 0);
    const call: Call = {
      key: String(this.#calls.length),
      index,
      id,
      name: "",
      arguments: "",
      extra: undefined,
      scan: new ObjectScan(),
      unsent: "",
      sentChars: 0,
      isStarted: false,
      isWhole: null,
    };
    this.#calls.push(call);
    return call;
  }

  #addArguments(call: Call, text: string): void {
    this.#hold(text.length + 1);
    // Sent once more when the call is whole, or behind the brace or the empty object that some begin with.
    const isAgain = text === call.arguments || call.arguments === "{" || isEmpty(call.arguments);
    if (text.startsWith("{") && isAgain && isWhole(text)) {
      call.arguments = text;
      call.scan = new ObjectScan();
      call.unsent = text.slice(call.sentChars);
      call.isWhole = true;
    } else {
      call.arguments += text;
      call.unsent += text;
      // Behind its object only room may follow: what is more has broken it for good.
      if (call.scan.isWhole && text.trim() !== "") {
        call.isWhole = false;
      }
    }
    call.scan.read(text);
  }

  /** What was told is not looked at again: a call may come in as many pieces as it has characters. */
  #emit(call: Call): void {
    this.#draft.progress();
    if (call.name === "" || call.arguments === "" || isEmpty(call.arguments)) {
      return;
    }
    if (!call.isStarted && isWrapped(call.arguments)) {
      return;
    }
    if (!call.isStarted) {
      this.#draft.startCall(call.key, call.name);
      call.isStarted = true;
    }
    this.#draft.addToCall(call.key, call.unsent);
    call.sentChars += call.unsent.length;
    call.unsent = "";
  }
}

/** The place in the text at which another call's object begins; its end where none does. */
function nextObjectAt(call: Call, text: string): number {
  const { scan } = call;
  const isAgain = text === call.arguments || isEmpty(call.arguments);
  const end = scan.isWhole && !isAgain ? 0 : scan.endIn(text);
  return end !== null && /^\s*\{/.test(text.slice(end)) ? end : text.length;
}

/** Whether the piece begins a call of its own, though it names the place of one that is known. */
function isAnother(call: Call, piece: Piece): boolean {
  if (piece.id === null) {
    const isElsewhere = piece.index === null && piece.name !== call.name;
    return isElsewhere || (beginsNext(call, piece) && hasWholeArguments(call));
  }
  if (call.id === null || piece.id === call.id) {
    return false;
  }
  // An id that changes within a call that is still open is a server's whim.
  const isFresh = call.arguments === "" && (piece.name !== call.name || piece.arguments === "");
  return isFresh || hasWholeArguments(call);
}

/** Parsed once its object has ended, and not again: pieces of a call may be many. */
function hasWholeArguments(call: Call): boolean {
  if (!call.scan.isWhole) {
    return false;
  }
  call.isWhole ??= isWhole(call.arguments);
  return call.isWhole;
}

/** Rather than to say the same once more. */
function beginsNext(call: Call, { arguments: text }: Piece): boolean {
  return text.startsWith("{") && text !== call.arguments;
}

function readPiece(value: unknown): Piece | null {
  const call = asRecord(value);
  if (call === null) {
    return null;
  }
  const called = asRecord(call["function"]) ?? call;
  const { index } = call;
  return {
    index: typeof index === "number" ? index : null,
    id: textOr(call["id"]) || null,
    name: textOr(called["name"]),
    arguments: argumentsText(called["arguments"]),
    extra: asRecord(call["extra_content"]) ?? undefined,
  };
}

function argumentsText(value: unknown): string {
  if (typeof value === "string") {
    return value;
  }
  return value === undefined || value === null ? "" : written(value);
}

/** A name comes whole, whole again and again, or in pieces. */
function joinNames(known: string, name: string): string {
  return name.startsWith(known) ? name : known + (known.endsWith(name) ? "" : name);
}

/** An object without fields, with as much room in it as servers give it. */
function isEmpty(text: string): boolean {
  return text.length <= EMPTY_MAX_CHARS && /^\s*\{\s*\}\s*$/.test(text);
}

/** `null`, or an object as a JSON text inside of a JSON text: told once all of it has come. */
function isWrapped(text: string): boolean {
  return /^\s*["n]/.test(text);
}

function unwrapped(text: string): string {
  if (!isWrapped(text)) {
    return text;
  }
  const value = looseJson(text);
  const inner = typeof value === "string" ? value : "";
  return value === null && text.trim() === "null" ? "{}" : isWhole(inner) ? inner : text;
}

const EMPTY_MAX_CHARS = 64;

function isWhole(text: string): boolean {
  if (!text.trimEnd().endsWith("}")) {
    return false;
  }
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function textOr(value: unknown): string {
  return typeof value === "string" ? value : "";
}
