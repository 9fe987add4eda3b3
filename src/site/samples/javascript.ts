/** A request in JavaScript, as Node 20 and later run it with no package. */
import { literal } from "./literal";
import {
  BYTES_TYPE,
  RECORDS_FILE,
  RECORDS_TYPE,
  type SampleBody,
  type SampleRequest,
  SOME_BYTES,
  UPLOAD,
  variablesIn,
} from "./sample-request";

const STYLE = { indent: "  ", margin: "  ", padding: " ", word: String, field: fieldName };
const READ_RECORDS = `await readFile("${RECORDS_FILE}")`;

export function javascriptSample(request: SampleRequest, origin: string): string {
  const { method, key, body, reply } = request;
  const usesFiles = [
    ...(body?.type === "records" ? ["readFile"] : []),
    ...(reply === "records" ? ["writeFile"] : []),
  ];
  const address = `${origin}${request.address}`;
  const headers = [`Authorization: \`Bearer \${${key}}\``, ...typeOf(body)];
  const options = [
    ...(method === "GET" ? [] : [`method: "${method}"`]),
    `headers: { ${headers.join(", ")} }`,
    ...(body === undefined ? [] : [`body: ${bodyOf(body)}`]),
  ];
  return [
    ...(usesFiles.length === 0
      ? []
      : [`import { ${usesFiles.join(", ")} } from "node:fs/promises";`, ""]),
    `const { ${variablesIn(request).join(", ")} } = process.env;`,
    ...(body?.type === "form" ? formOf(body.fields) : []),
    `const reply = await fetch(${addressOf(address)}, {`,
    ...options.map((option) => `  ${option},`),
    "});",
    "if (!reply.ok) throw new Error(await reply.text());",
    ...REPLIES[reply],
  ].join("\n");
}

const REPLIES: Record<SampleRequest["reply"], readonly string[]> = {
  json: ["console.log(await reply.json());"],
  events: [
    "for await (const text of reply.body.pipeThrough(new TextDecoderStream())) {",
    "  process.stdout.write(text);",
    "}",
  ],
  bytes: ["console.log(Buffer.from(await reply.arrayBuffer()));"],
  records: [`await writeFile("${RECORDS_FILE}", reply.body);`],
};

function addressOf(address: string): string {
  return address.includes("$")
    ? `\`${address.replaceAll(/\$([A-Z_]+)/g, "$${$1}")}\``
    : JSON.stringify(address);
}

function typeOf(body: SampleBody | undefined): string[] {
  const types = { json: "application/json", bytes: BYTES_TYPE, records: RECORDS_TYPE };
  return body === undefined || body.type === "form"
    ? []
    : [`"Content-Type": "${types[body.type]}"`];
}

function bodyOf(body: SampleBody): string {
  switch (body.type) {
    case "json":
      return `JSON.stringify(${literal(body.value, STYLE)})`;
    case "form":
      return "form";
    case "bytes":
      return JSON.stringify(SOME_BYTES);
    case "records":
      return READ_RECORDS;
  }
}

function fieldName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

function formOf(fields: readonly [string, string][]): string[] {
  const file = `new File(["${UPLOAD.text}"], "${UPLOAD.name}", { type: "${UPLOAD.type}" })`;
  return [
    "const form = new FormData();",
    `form.set("file", ${file});`,
    ...fields.map(([name, value]) => `form.set("${name}", "${value}");`),
  ];
}
