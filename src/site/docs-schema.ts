/** JSON schemas as nested lists that a person can read. */
import { html } from "hono/html";

import { type Json, isObject } from "../api/shared/openapi/schemas";
import type { Html } from "./page";

const REFERENCE = "#/components/schemas/";

/** The fields of an object, or the one line that says what else it is. */
export function schemaView(schema: Json): Html {
  const { properties } = schema;
  if (!isObject(properties)) {
    return html`<p>${typeView(schema)} ${notesView(schema)}</p>
      ${insideView(schema)}`;
  }
  const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
  return html`<dl class="fields">
    ${Object.entries(properties).map(([name, field]) =>
      isObject(field) ? fieldView(name, field, required.has(name)) : "",
    )}
  </dl>`;
}

export function fieldView(name: string, schema: Json, isRequired: boolean): Html {
  return html`<dt>
      <code>${name}</code> ${typeView(schema)}
      ${isRequired ? html`<span class="required">required</span>` : ""}
    </dt>
    <dd>${notesView(schema)} ${insideView(schema)}</dd>`;
}

/** What stands inside an array or an object without a name of its own. */
function insideView(schema: Json): Html | string {
  const { items, properties, anyOf, oneOf } = schema;
  const forms = [anyOf, oneOf].find(Array.isArray) ?? [];
  const inside = isObject(properties) ? [schema] : [items, ...forms];
  return html`${inside.filter(isObject).filter(hasFields).map(schemaView)}`;
}

function hasFields(schema: Json): boolean {
  return (
    isObject(schema["properties"]) || (isObject(schema["items"]) && hasFields(schema["items"]))
  );
}

/** `string`, `array of Message`, `1 or "latest"`; a named schema is a link to it. */
export function typeView(schema: Json): Html {
  const { $ref: reference, items, anyOf, oneOf, type } = schema;
  if (typeof reference === "string") {
    const name = reference.replace(REFERENCE, "");
    return html`<a class="type" href="#schema-${name}">${name}</a>`;
  }
  const forms = [anyOf, oneOf].find(Array.isArray);
  if (forms !== undefined) {
    return html`${forms
      .filter(isObject)
      .map((form, index) => html`${index === 0 ? "" : " or "}${typeView(form)}`)}`;
  }
  if (type === "array" && isObject(items)) {
    return html`<span class="type">array of </span>${typeView(items)}`;
  }
  return html`<span class="type">${nameType(schema)}</span>`;
}

function nameType({ const: constant, enum: values, type }: Json): string {
  if (constant !== undefined) {
    return JSON.stringify(constant);
  }
  if (Array.isArray(values)) {
    return values.map((value) => JSON.stringify(value)).join(" | ");
  }
  const types = (Array.isArray(type) ? type : [type]).filter((one) => typeof one === "string");
  return types.join(" | ") || "anything";
}

function notesView(schema: Json): Html {
  const { description } = schema;
  const rules = RULES.flatMap(([name, word]) =>
    schema[name] === undefined ? [] : [word(JSON.stringify(schema[name]))],
  );
  return html`${typeof description === "string" ? prose(description) : ""}
  ${rules.length === 0 ? "" : html`<span class="rules">${rules.join(", ")}</span>`}`;
}

/** Those that say something to a person who calls. */
const RULES: [string, (value: string) => string][] = [
  ["minimum", (value) => `at least ${value}`],
  ["maximum", (value) => `at most ${value}`],
  ["minLength", (value) => `at least ${value} characters`],
  ["maxLength", (value) => `at most ${value} characters`],
  ["minItems", (value) => `at least ${value} elements`],
  ["maxItems", (value) => `at most ${value} elements`],
  ["default", (value) => `${value} by default`],
];

/** Text in which `code` is marked by backticks. */
export function prose(text: string): Html {
  return html`${text
    .split("`")
    .map((piece, index) => (index % 2 === 0 ? piece : html`<code>${piece}</code>`))}`;
}
