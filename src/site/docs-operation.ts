/** One operation of the reference: who may call it, what it takes, what it answers, and a curl. */
import { html } from "hono/html";

import { type Json, isObject } from "../api/shared/openapi/schemas";
import type { MediaType } from "../api/shared/openapi/types";
import { type Call, curlSample } from "./curl-sample";
import { fieldView, prose, schemaView, typeView } from "./docs-schema";
import type { Html } from "./page";

export function operationView(call: Call, origin: string): Html {
  const { method, path, operationId, summary, description, parameters = [] } = call;
  return html`<article id="${operationId}">
    <h3><a href="#${operationId}">${summary}</a></h3>
    <p class="route"><span class="method ${method}">${method}</span> <code>${path}</code></p>
    ${description === undefined ? "" : html`<p>${prose(description)}</p>`}
    <p class="access">${accessView(call)}</p>
    ${
      parameters.length === 0
        ? ""
        : html`<h4>Parameters</h4>
            <dl class="fields">
              ${parameters.map(({ name, required = false, description: note, schema }) =>
                fieldView(name, { ...schema, ...(note && { description: note }) }, required),
              )}
            </dl>`
    }
    ${bodyView(call)} ${replyView(call)}
    <h4>curl</h4>
    <pre><code>${curlSample(call, origin)}</code></pre>
  </article>`;
}

function accessView({ security }: Call): Html {
  return html`${security.flatMap((schemes, index) =>
    Object.entries(schemes).map(([scheme, [needed]]) => {
      const words = `${index === 0 ? "" : " or "}${SCHEMES[scheme] ?? scheme}`;
      return html`${words}${needed === undefined ? "" : html` <code>${needed}</code>`}`;
    }),
  )}`;
}

const SCHEMES: Partial<Record<string, string>> = {
  apiKey: "a key with",
  sessionToken: "a session token with",
  operator: "the deployment’s ADMIN_KEY",
};

function bodyView({ requestBody }: Call): Html | string {
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  return media === undefined
    ? ""
    : html`<h4>Body <span class="quiet">${type}</span></h4>
        ${schemaView(media.schema ?? {})}`;
}

function replyView({ responses }: Call): Html {
  const statuses = Object.entries(responses);
  const failures = statuses.filter(([status]) => Number(status) >= 400);
  return html`<h4>Replies</h4>
    ${statuses
      .filter(([status]) => Number(status) < 400)
      .map(([status, { description, content = {} }]) => successView(status, description, content))}
    <p class="failures">
      ${failures.map(
        ([status, { content = {} }]) =>
          html`<span><b>${status}</b> ${failureLinks(content["application/json"])}</span> `,
      )}
    </p>`;
}

function successView(
  status: string,
  description: string,
  content: Record<string, MediaType>,
): Html {
  const types = Object.entries(content);
  const example = content["application/json"]?.example;
  return html`<p>
      <b>${status}</b> ${description}
      ${types.map(
        ([type, { schema = {} }]) => html`<span class="quiet">${type}</span> ${typeView(schema)} `,
      )}
    </p>
    ${types.map(([, { schema = {} }]) => (isObject(schema["properties"]) ? schemaView(schema) : ""))}
    ${example === undefined ? "" : jsonView(example)}`;
}

/** `#/components/examples/rebyte_invalid` is shown once, at `#rebyte_invalid`. */
function failureLinks(media: MediaType | undefined): Html {
  return html`${Object.entries(media?.examples ?? {}).map(
    ([name, example]) => html`<a href="#${exampleName(example)}">${name}</a> `,
  )}`;
}

function exampleName({ $ref: reference }: Json): string {
  return String(reference).split("/").at(-1) ?? "";
}

export function jsonView(value: unknown): Html {
  return html`<pre><code>${JSON.stringify(value, null, 2)}</code></pre>`;
}
