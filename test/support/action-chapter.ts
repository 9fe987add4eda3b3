/** The chapter on actions: a section for each type, with a table of fields, an example and its output. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import * as z from "zod";

import { root } from "../../scripts/local/settings.ts";

const FILE = path.join(root, "docs/guide/actions.md");
const JSON_BLOCK = /^```json\n([\s\S]*?)^```\n/gm;
const TABLE = /^\|.*\|\n(?:\|.*\|\n)+/m;

export interface ActionSection {
  /** The whole section, from behind its heading. */
  text: string;
  table: string;
  /** The actions of the example, and the output that is shown. */
  example: unknown;
  shown: unknown;
}

const Json = z.looseObject({});
type Json = z.output<typeof Json>;

export class ActionChapter {
  #text = "";

  async read(): Promise<this> {
    this.#text = await readFile(FILE, "utf8");
    return this;
  }

  async write(): Promise<void> {
    await writeFile(FILE, this.#text);
  }

  /** What each example is given, with names of things in place of their ids. */
  get input(): unknown {
    return JSON.parse([...this.#text.matchAll(JSON_BLOCK)][0]?.[1] ?? "null");
  }

  section(heading: string): ActionSection {
    const text = this.#sectionText(heading);
    const [example, shown] = [...text.matchAll(JSON_BLOCK)].map(([, json = ""]): unknown =>
      JSON.parse(json),
    );
    return { text, table: TABLE.exec(text)?.[0] ?? "", example, shown };
  }

  setTable(heading: string, table: string): void {
    const text = this.#sectionText(heading);
    const without = text.replace(/^\n*/, "\n").replace(TABLE, "").replace(/^\n+/, "\n");
    this.#replace(heading, table === "" ? without : `\n${table}${without}`);
  }

  setShown(heading: string, output: unknown): void {
    const text = this.#sectionText(heading);
    const shown = `\`\`\`json\n${JSON.stringify(output)}\n\`\`\`\n`;
    const [first, second] = [...text.matchAll(JSON_BLOCK)];
    const written =
      second === undefined
        ? `${text.slice(0, endOf(first))}\n${shown}${text.slice(endOf(first))}`
        : text.slice(0, second.index) + shown + text.slice(endOf(second));
    this.#replace(heading, written);
  }

  #sectionText(heading: string): string {
    const section = this.#text.split("\n## ").find((one) => one.startsWith(`${heading}\n`));
    if (section === undefined) {
      throw new Error(`docs/guide/actions.md has no section "${heading}".`);
    }
    return section.slice(heading.length + 1);
  }

  #replace(heading: string, text: string): void {
    const sections = this.#text.split("\n## ");
    this.#text = sections
      .map((one) => (one.startsWith(`${heading}\n`) ? `${heading}\n${text}` : one))
      .join("\n## ");
  }
}

function endOf(match: RegExpExecArray | undefined): number {
  return match === undefined ? 0 : match.index + match[0].length;
}

/** The fields of an action's spec and config as the API's document has them: rows of a table. */
export function fieldTable(
  parts: Record<string, Json>,
  left: (field: string) => boolean = () => false,
): string {
  const rows = Object.entries(parts).flatMap(([part, schema]) => {
    const required = z.array(z.string()).default([]).parse(schema["required"]);
    return Object.entries(z.record(z.string(), Json).default({}).parse(schema["properties"]))
      .filter(([name]) => !left(name))
      .map(([name, field]) => {
        const own = ofTemplate(field);
        const standard =
          required.includes(name) && !("default" in own) ? "required" : inCode(own["default"]);
        return `| \`${part}.${name}\` | ${kindOf(own)} | ${standard} | ${z.string().catch("").parse(own["description"])} |\n`;
      });
  });
  return rows.length === 0 ? "" : `| field | | default | |\n|---|---|---|---|\n${rows.join("")}`;
}

/** The field's own schema, where a template may stand in its place. */
function ofTemplate(field: Json): Json {
  const [own, template] = z.array(Json).catch([]).parse(field["anyOf"]);
  return own !== undefined && template?.["$ref"] === "#/components/schemas/Template" ? own : field;
}

function inCode(value: unknown): string {
  return value === undefined || value === null ? "" : `\`${JSON.stringify(value)}\``;
}

function kindOf(schema: Json): string {
  const options = z
    .array(Json)
    .catch([])
    .parse(schema["anyOf"] ?? schema["oneOf"]);
  const named = options.filter(({ type }) => type !== "null").map(kindOf);
  if (named.length > 0) {
    return [...new Set(named)].join(" or ");
  }
  const values = z.array(z.string()).catch([]).parse(schema["enum"]);
  if (values.length > 0) {
    return values.map((value) => `\`${value}\``).join(" ");
  }
  const { minimum, maximum } = schema;
  const type = [schema["type"]].flat().find((one) => one !== "null");
  const words: Record<string, string> = { array: "list", string: "text", boolean: "true, false" };
  const word = typeof type === "string" ? (words[type] ?? type) : "anything";
  const isBound = typeof maximum === "number" && maximum < Number.MAX_SAFE_INTEGER;
  return word === "list" || !isBound ? word : `${String(minimum)} to ${maximum}`;
}
