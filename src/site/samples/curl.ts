/** A request as a curl, which does what it says when it is pasted into a shell. */
import {
  BYTES_TYPE,
  RECORDS_FILE,
  RECORDS_TYPE,
  type SampleBody,
  type SampleRequest,
  SOME_BYTES,
  UPLOAD,
} from "./sample-request";

export function curlSample(request: SampleRequest, origin: string): string {
  const { body, key, reply } = request;
  const source = body?.type === "form" ? `echo '${UPLOAD.text}' | ` : "";
  return [
    `${source}curl ${flagsOf(request)}${quoted(`${origin}${request.address}`)}`,
    `-H "Authorization: Bearer $${key}"`,
    ...bodyOf(body),
    ...(reply === "records" ? [`-o ${RECORDS_FILE}`] : []),
  ].join(" \\\n  ");
}

function flagsOf({ method, body, reply }: SampleRequest): string {
  const isImplied = method === "GET" || (method === "POST" && body !== undefined);
  return `${reply === "events" ? "-N " : ""}${isImplied ? "" : `-X ${method} `}`;
}

function bodyOf(body: SampleBody | undefined): string[] {
  switch (body?.type) {
    case undefined:
      return [];
    case "json":
      return ["-H 'Content-Type: application/json'", `-d ${shellJson(body.value)}`];
    case "form":
      return [
        `-F 'file=@-;filename=${UPLOAD.name};type=${UPLOAD.type}'`,
        ...body.fields.map(([name, value]) => `-F ${name}=${value}`),
      ];
    case "bytes":
      return [`-H 'Content-Type: ${BYTES_TYPE}'`, `--data-binary ${SOME_BYTES}`];
    case "records":
      return [`-H 'Content-Type: ${RECORDS_TYPE}'`, `--data-binary @${RECORDS_FILE}`];
  }
}

/** In single quotes, but for the reader's own ids. */
function shellJson(value: unknown): string {
  const json = JSON.stringify(value).replaceAll("'", String.raw`'\''`);
  return `'${json.replaceAll(/"\$(\w+)"/g, `"'"$$$1"'"`)}'`;
}

/** An address with variables or a query in it is quoted, so that no shell takes it apart. */
function quoted(address: string): string {
  return /[$?&]/.test(address) ? `"${address}"` : address;
}
