/** The OpenAPI document as it is published: with samples, and with words where a reader looks for them. */
import type { DocumentedOperation, OpenApiDocument } from "../api/shared/openapi/types";
import { curlSample } from "./samples/curl";
import { type Call, callsOf } from "./samples/documented-calls";
import { javascriptSample } from "./samples/javascript";
import { pythonSample } from "./samples/python";
import { type SampleRequest, sampleRequest } from "./samples/sample-request";
import { sampleVariables } from "./samples/variables";

/** How a sentence names a caller of each security scheme. */
const CALLERS: Partial<Record<string, string>> = {
  apiKey: "a key with",
  sessionToken: "a session token with",
  operator: "the deployment's `ADMIN_KEY`",
};

/**
 * The document with samples and with each operation's callers in its description.
 * @param origin The deployment's origin, which the samples call.
 */
export function publishedDocument(document: OpenApiDocument, origin: string): OpenApiDocument {
  const paths: OpenApiDocument["paths"] = {};
  for (const [path, methods] of Object.entries(document.paths)) {
    paths[path] = Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => {
        const request = sampleRequest({ ...operation, method, path });
        return [method, publishedOperation(operation, request, origin)];
      }),
    );
  }
  const { info } = document;
  const description = `${info.description}\n\n${samplesText(callsOf(document))}`;
  return { ...document, info: { ...info, description }, paths };
}

function publishedOperation(
  operation: DocumentedOperation,
  request: SampleRequest,
  origin: string,
): DocumentedOperation {
  const { description } = operation;
  const needed = `Needs ${callersOf(operation)}.`;
  return {
    ...operation,
    description: description === undefined ? needed : `${description}\n\n${needed}`,
    "x-codeSamples": [
      { lang: "shell", label: "curl", source: curlSample(request, origin) },
      { lang: "javascript", label: "JavaScript", source: javascriptSample(request, origin) },
      { lang: "python", label: "Python", source: pythonSample(request, origin) },
    ],
  };
}

function callersOf({ security }: DocumentedOperation): string {
  return security
    .flatMap((schemes) =>
      Object.entries(schemes).map(([scheme, [needed]]) => {
        const caller = CALLERS[scheme] ?? scheme;
        return needed === undefined ? caller : `${caller} \`${needed}\``;
      }),
    )
    .join(" or ");
}

/** The samples as Markdown. */
function samplesText(calls: readonly Call[]): string {
  return `# Samples

Each call has a sample for a shell, for Node and for Python with \`requests\`. It is complete as it stands, but for what is your own, which it takes from the environment. Export what it names before you run it; \`npm run dev\` prints the key, and the ids of a project and a tool.

| variable | what it is |
|---|---|
${sampleVariables(calls)
  .map(({ name, description }) => `| \`${name}\` | ${description} |`)
  .join("\n")}`;
}
