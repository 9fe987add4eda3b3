/** Proposes what a schema allows where the cursor stands: fields, values, and in templates the actions before. */
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

import { asText, isObject } from "../api/json.ts";
import { namesIn } from "./check.ts";
import { type JsonNode, isValue, pathOf, readValue, rootOf, textOf } from "./json-tree.ts";
import { type Field, type SchemaReader, describe } from "./schema.ts";

export function completeBy(reader: SchemaReader) {
  return ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const node = syntaxTree(state).resolveInner(pos, -1);
    const value = valueOf(state);
    if (node.name === "PropertyName") {
      return proposeFields(state, reader, node.parent?.parent ?? node, node.from, value);
    }
    if (node.name === "String") {
      return (
        proposeNames(state, node, pos, value) ??
        proposeValues(state, reader, node, node.from, value)
      );
    }
    const around = inside(node);
    if (!explicit || around === null) {
      return null;
    }
    return around.name === "Object"
      ? proposeFields(state, reader, around, pos, value)
      : proposeValues(state, reader, around, isValue(node) ? node.from : pos, value);
  };
}

/** What a bracket, a comma or a colon belongs to. */
function inside(node: JsonNode): JsonNode | null {
  return isValue(node) || node.name === "Property" || node.parent === null
    ? node
    : inside(node.parent);
}

function valueOf(state: EditorState): unknown {
  const root = rootOf(state);
  return root === null ? undefined : readValue(state, root);
}

function proposeFields(
  state: EditorState,
  reader: SchemaReader,
  object: JsonNode,
  from: number,
  value: unknown,
): CompletionResult | null {
  const path = pathOf(state, object);
  const present = readValue(state, object);
  const options = reader
    .fieldsAt(path, value)
    .filter(({ name }) => !isObject(present) || !(name in present))
    .map((field) => fieldOption(state, field));
  return options.length === 0 ? null : { from, options, validFor: /^"?\w*"?$/ };
}

function fieldOption(state: EditorState, { name, schema, isRequired }: Field): Completion {
  return {
    label: `"${name}"`,
    displayLabel: name,
    type: "property",
    detail: describe(schema),
    info: asText(schema["description"]),
    boost: isRequired ? 1 : 0,
    apply: (view, _, from, to) => {
      const hasColon = /^\s*:/.test(state.sliceDoc(to, to + 10));
      const insert = hasColon ? `"${name}"` : `"${name}": `;
      view.dispatch({
        changes: { from, to, insert },
        selection: { anchor: from + insert.length },
      });
    },
  };
}

function proposeValues(
  state: EditorState,
  reader: SchemaReader,
  node: JsonNode,
  from: number,
  value: unknown,
): CompletionResult | null {
  const options = reader.valuesAt(pathOf(state, node), value).map((one) => ({
    label: JSON.stringify(one),
    type: "constant",
  }));
  return options.length === 0 ? null : { from, options, validFor: /^"?[\w.-]*"?$/ };
}

/** In a template that is open where the cursor stands. */
function proposeNames(
  state: EditorState,
  node: JsonNode,
  pos: number,
  value: unknown,
): CompletionResult | null {
  const before = textOf(state, node).slice(0, pos - node.from);
  const open = /\{[{%](?:(?![}%]\}).)*?([A-Z_]*)$/.exec(before);
  if (open === null) {
    return null;
  }
  const actions = isObject(value) ? value["actions"] : [];
  return {
    from: pos - (open[1]?.length ?? 0),
    options: [...new Set(namesIn(actions))].map((label) => ({ label, type: "variable" })),
    validFor: /^[A-Z_]*$/,
  };
}
