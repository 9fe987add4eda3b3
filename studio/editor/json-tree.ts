/** JSON as CodeMirror reads it while it is written: places, paths and values, as far as there are any. */
import { ensureSyntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

import { parseJson } from "../api/json.ts";

export type Path = (string | number)[];

/** How long a reading may take; what is not read then is read with the next change. */
const PARSE_MS = 100;

type Tree = NonNullable<ReturnType<typeof ensureSyntaxTree>>;
export type JsonNode = Tree["topNode"];

const VALUES = new Set(["Object", "Array", "String", "Number", "True", "False", "Null"]);

export function rootOf(state: EditorState): JsonNode | null {
  const top = ensureSyntaxTree(state, state.doc.length, PARSE_MS)?.topNode;
  return top === undefined ? null : (childrenOf(top).find(isValue) ?? null);
}

function childrenOf(node: JsonNode): JsonNode[] {
  const found: JsonNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    found.push(child);
  }
  return found;
}

export function isValue({ name }: JsonNode): boolean {
  return VALUES.has(name);
}

export function textOf(state: EditorState, { from, to }: JsonNode): string {
  return state.doc.sliceString(from, to);
}

/** The name that a property has; what is half written as it stands. */
function nameOf(state: EditorState, property: JsonNode): string {
  const name = childrenOf(property).find((child) => child.name === "PropertyName");
  if (name === undefined) {
    return "";
  }
  const text = textOf(state, name);
  const parsed = parseJson(text);
  return typeof parsed === "string" ? parsed : text.replaceAll('"', "");
}

/** What stands there so far: properties without a value are left out. */
export function readValue(state: EditorState, node: JsonNode): unknown {
  if (node.name === "Object") {
    return Object.fromEntries(
      childrenOf(node)
        .filter(({ name }) => name === "Property")
        .flatMap((property) => {
          const value = childrenOf(property).find(isValue);
          return value === undefined ? [] : [[nameOf(state, property), readValue(state, value)]];
        }),
    );
  }
  return node.name === "Array"
    ? childrenOf(node)
        .filter(isValue)
        .map((item) => readValue(state, item))
    : parseJson(textOf(state, node));
}

/** Names and numbers from the root to a value. */
export function pathOf(state: EditorState, node: JsonNode): Path {
  const path: Path = [];
  for (let at: JsonNode | null = node; at !== null; at = at.parent) {
    if (at.name === "Property") {
      path.unshift(nameOf(state, at));
    } else if (at.parent?.name === "Array" && isValue(at)) {
      path.unshift(
        childrenOf(at.parent)
          .filter(isValue)
          .findIndex(({ from }) => from === at?.from),
      );
    }
  }
  return path;
}

/** Where a path leads, or as far along it as there is something. */
export function placeOf(state: EditorState, path: Path): { from: number; to: number } {
  let at = rootOf(state);
  if (at === null) {
    return { from: 0, to: state.doc.length };
  }
  for (const step of path) {
    const next = stepInto(state, at, step);
    if (next === null) {
      // What is missing is missing of the whole: its first line says so.
      return { from: at.from, to: Math.min(at.to, state.doc.lineAt(at.from).to) };
    }
    at = next;
  }
  return at.name === "Object" || at.name === "Array"
    ? { from: at.from, to: Math.min(at.to, state.doc.lineAt(at.from).to) }
    : { from: at.from, to: at.to };
}

function stepInto(state: EditorState, node: JsonNode, step: string | number): JsonNode | null {
  if (typeof step === "number") {
    return childrenOf(node).filter(isValue)[step] ?? null;
  }
  const property = childrenOf(node).find(
    (child) => child.name === "Property" && nameOf(state, child) === step,
  );
  return property === undefined ? null : (childrenOf(property).find(isValue) ?? null);
}
