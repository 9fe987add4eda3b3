/**
 * Finds OpenAI's objects in a folder, however they were saved: lists and pages as the API gave them, one
 * object a line, an object per file, or inside objects of a script's own (`{"thread": …, "messages": […]}`).
 */
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

import * as z from "zod";

import { UserError } from "../local/settings.ts";
import { type Assistant, type FileInfo, type Message, SCHEMAS, type Thread } from "./shapes.ts";

/** Something that is not imported, and why. */
export interface Left {
  what: string;
  why: string;
}

export interface Found {
  assistants: Map<string, Assistant>;
  threads: Map<string, Thread>;
  /** In the order in which they were found. */
  messages: Map<string, Message>;
  files: Map<string, FileInfo>;
  /** Paths of what is no JSON, by name without its folder. */
  contents: Map<string, string>;
  left: Left[];
}

const OBJECT = z.looseObject({ object: z.string().optional(), id: z.string().optional() });

const JSON_NAME = /\.(?:json|jsonl|ndjson)$/i;

/** @throws UserError Where there is no such folder. */
export async function readFolder(folder: string): Promise<Found> {
  const found: Found = {
    assistants: new Map(),
    threads: new Map(),
    messages: new Map(),
    files: new Map(),
    contents: new Map(),
    left: [],
  };
  for (const file of await filesIn(folder)) {
    const name = path.basename(file);
    if (!JSON_NAME.test(name) || isContent(name)) {
      found.contents.set(name, file);
    } else {
      collect(found, await valuesIn(file, found.left), path.relative(folder, file));
    }
  }
  return found;
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .toSorted();
  } catch (error) {
    throw new UserError(`${folder} is no folder that can be read: name the one with the export.`, {
      cause: error,
    });
  }
}

/** The bytes of a file whose own name ends in `.json`: named by their id. */
function isContent(name: string): boolean {
  return name.startsWith("file-") && name.includes(".") && !/^file-[\w-]+\.json$/.test(name);
}

async function valuesIn(file: string, left: Left[]): Promise<unknown[]> {
  const text = await readFile(file, "utf8");
  const whole = parse(text);
  if (whole !== undefined) {
    return [whole];
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.flatMap((line, index) => {
    const value = parse(line);
    if (value === undefined) {
      left.push({ what: `${path.basename(file)}, line ${index + 1}`, why: "is no JSON" });
    }
    return value === undefined ? [] : [value];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is no object of the API is looked through for such. */
function collect(found: Found, value: unknown, from: string): void {
  if (Array.isArray(value)) {
    for (const one of isNewestFirst(value) ? value.toReversed() : value) {
      collect(found, one, from);
    }
    return;
  }
  const judged = OBJECT.safeParse(value);
  if (!judged.success) {
    return;
  }
  const { object: kind = "", ...fields } = judged.data;
  const why = NOT_TAKEN[kind];
  if (why !== undefined) {
    found.left.push({ what: `${kind} ${fields.id ?? ""}`.trim(), why });
    return;
  }
  if (kind !== "") {
    take(found, kind, judged.data, from);
  }
  const looked = kind in SCHEMAS ? [fields["messages"]] : Object.values(fields);
  for (const inner of looked) {
    collect(found, inner, from);
  }
}

const Timed = z.object({ created_at: z.number() });

/** As lists come by default: messages of one second keep their order. */
function isNewestFirst(values: readonly unknown[]): boolean {
  const [first, last] = [Timed.safeParse(values.at(0)), Timed.safeParse(values.at(-1))];
  return first.success && last.success && first.data.created_at > last.data.created_at;
}

const NOT_TAKEN: Readonly<Record<string, string>> = {
  "thread.run": "runs are told by their messages",
  "thread.run.step": "steps belong to runs, which are not taken",
  vector_store: "stores are made anew of their files: POST /openai/v1/vector_stores with file_ids",
  "vector_store.file": "stores are made anew of their files",
  "vector_store.files_batch": "stores are made anew of their files",
};

function take(found: Found, kind: string, value: unknown, from: string): void {
  const refuse = (error: z.ZodError): void => {
    const [issue] = error.issues;
    const place = issue?.path.join(".") ?? "";
    found.left.push({ what: `${kind} in ${from}`, why: `${place}: ${issue?.message ?? "unread"}` });
  };
  const keep = <Item extends { id: string }>(
    schema: z.ZodType<Item>,
    kept: Map<string, Item>,
  ): void => {
    const judged = schema.safeParse(value);
    if (judged.success) {
      kept.set(judged.data.id, judged.data);
    } else {
      refuse(judged.error);
    }
  };
  switch (kind) {
    case "assistant":
      return keep(SCHEMAS.assistant, found.assistants);
    case "thread":
      return keep(SCHEMAS.thread, found.threads);
    case "thread.message":
      return keep(SCHEMAS["thread.message"], found.messages);
    case "file":
      return keep(SCHEMAS.file, found.files);
    case "list":
    case "page":
      return;
    default:
      found.left.push({
        what: `${kind} in ${from}`,
        why: "is nothing that the Assistants API has",
      });
  }
}
