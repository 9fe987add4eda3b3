/** The tables of events of `docs/guide/streams.md`, out of the API's own document. */
import * as z from "zod";

const Union = z.object({ anyOf: z.array(z.object({ $ref: z.string() })) });
const Event = z.object({
  description: z.string(),
  properties: z.record(z.string(), z.looseObject({})),
  examples: z.tuple([z.looseObject({})]),
});
const Document = z.object({
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

/** A heading of the chapter → the component with the events that stand below it. */
const SECTIONS = {
  "## `/api/sdk`: a run": "RunStreamEvent",
  "## `/ui/v1`: the AI SDK's chats": "ChatStreamEvent",
  "## `/openai/v1`: the Assistants' runs": "AssistantsStreamEvent",
};

const REFERENCE = "#/components/schemas/";
/** A table, to the empty line behind it. */
const TABLE = /^(?:\|[^\n]*\|\n)+/m;

/** The chapter with its tables as the document has them. */
export function writeStreamTables(chapter: string, json: unknown): string {
  const { components } = Document.parse(json);
  return Object.entries(SECTIONS).reduce((text, [heading, name]) => {
    const begin = text.indexOf(`${heading}\n`);
    if (begin < 0) {
      throw new Error(`docs/guide/streams.md has no ${heading}`);
    }
    const rows = Union.parse(components.schemas[name]).anyOf.map(({ $ref: reference }) =>
      rowOf(Event.parse(components.schemas[reference.replace(REFERENCE, "")])),
    );
    const table = ["| event | when | example |", "|---|---|---|", ...rows, ""].join("\n");
    return text.slice(0, begin) + text.slice(begin).replace(TABLE, () => table);
  }, chapter);
}

/** Of an event whose data is an object that the API shows elsewhere too, the object's name. */
function rowOf({ properties, description, examples }: z.output<typeof Event>): string {
  const name = properties["event"]?.["const"] ?? properties["type"]?.["const"];
  const reference = properties["data"]?.["$ref"];
  const [example] = examples;
  const data = properties["event"] === undefined ? example : example["data"];
  const shown =
    typeof reference === "string" ? reference.replace(REFERENCE, "") : JSON.stringify(data);
  return `| \`${String(name)}\` | ${description} | \`${shown}\` |`;
}
