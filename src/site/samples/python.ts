/** A request in Python 3, by the package `requests`. */
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

const PYTHON_WORDS = new Map([
  ["true", "True"],
  ["false", "False"],
  ["null", "None"],
]);

const STYLE = {
  indent: "    ",
  margin: "    ",
  padding: "",
  word: (text: string) => PYTHON_WORDS.get(text) ?? text,
  field: (name: string) => JSON.stringify(name),
};

export function pythonSample(request: SampleRequest, origin: string): string {
  const { method, key, body, reply } = request;
  const headers = [`"Authorization": f"Bearer {${key}}"`, ...typeOf(body)];
  const given = [
    addressOf(`${origin}${request.address}`),
    `headers={${headers.join(", ")}}`,
    ...(body === undefined ? [] : bodyOf(body)),
    ...(reply === "events" || reply === "records" ? ["stream=True"] : []),
  ];
  return [
    "import os",
    "import requests",
    "",
    ...variablesIn(request).map((name) => `${name} = os.environ["${name}"]`),
    `reply = requests.${method.toLowerCase()}(`,
    ...given.map((argument) => `    ${argument},`),
    ")",
    "reply.raise_for_status()",
    ...REPLIES[reply],
  ].join("\n");
}

const REPLIES: Record<SampleRequest["reply"], readonly string[]> = {
  json: ["print(reply.json())"],
  events: ["for line in reply.iter_lines():", "    print(line.decode())"],
  bytes: ["print(reply.content)"],
  records: [
    `with open("${RECORDS_FILE}", "wb") as file:`,
    "    for piece in reply.iter_content(65536):",
    "        file.write(piece)",
  ],
};

function addressOf(address: string): string {
  const text = JSON.stringify(address);
  return address.includes("$") ? `f${text.replaceAll(/\$([A-Z_]+)/g, "{$1}")}` : text;
}

/** `requests` names the type of JSON and of a form by itself. */
function typeOf(body: SampleBody | undefined): string[] {
  const types = { bytes: BYTES_TYPE, records: RECORDS_TYPE };
  return body?.type === "bytes" || body?.type === "records"
    ? [`"Content-Type": "${types[body.type]}"`]
    : [];
}

function bodyOf(body: SampleBody): string[] {
  switch (body.type) {
    case "json":
      return [`json=${literal(body.value, STYLE)}`];
    case "form": {
      const file = `("${UPLOAD.name}", "${UPLOAD.text}", "${UPLOAD.type}")`;
      const fields = body.fields.map(([name, value]) => `"${name}": "${value}"`);
      return [
        `files={"file": ${file}}`,
        ...(fields.length === 0 ? [] : [`data={${fields.join(", ")}}`]),
      ];
    }
    case "bytes":
      return [`data="${SOME_BYTES}"`];
    case "records":
      return [`data=open("${RECORDS_FILE}", "rb")`];
  }
}
