/** `/docs`: the reference, rendered out of the OpenAPI document. */
import { html } from "hono/html";

import type { OpenApiDocument } from "../api/shared/openapi/types";
import { type Call, sampleVariables } from "./curl-sample";
import { jsonView, operationView } from "./docs-operation";
import { prose, schemaView } from "./docs-schema";
import { type Html, mark, renderPage } from "./page";

const STYLE = `
body { display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
aside {
  position: sticky; top: 0; align-self: start; height: 100vh; overflow-y: auto;
  padding: 1.5rem 1.25rem 3rem; border-right: 1px solid var(--line); font-size: 0.9rem;
}
aside .home { display: flex; align-items: center; gap: 0.6rem; font-weight: 650; color: inherit; text-decoration: none; margin-bottom: 1rem; }
aside .home svg { width: 1.5rem; }
aside h2 { font-size: 0.78rem; margin: 1.4rem 0 0.35rem; color: var(--quiet); font-weight: 600; letter-spacing: 0.02em; }
aside ul { list-style: none; margin: 0; padding: 0; }
aside li a { display: block; padding: 0.15rem 0; color: inherit; text-decoration: none; }
aside li a:hover { color: var(--thread); }
main { padding: 2.5rem clamp(1.25rem, 4vw, 4rem) 6rem; max-width: 62rem; }
h1 { font-size: 2.2rem; margin: 0 0 0.75rem; }
main > section > h2 { font-size: 1.5rem; margin: 4rem 0 0.25rem; }
article { padding: 2rem 0 2.25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.15rem; margin: 0 0 0.6rem; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover { text-decoration: underline; }
h4 { font-size: 0.92rem; margin: 1.5rem 0 0.5rem; }
.route { margin: 0 0 0.75rem; overflow-wrap: anywhere; }
.method { font: 650 0.78rem var(--mono); text-transform: uppercase; color: var(--post); margin-right: 0.35rem; }
.method.get { color: var(--get); }
.method.delete { color: var(--delete); }
.access { color: var(--quiet); margin: 0; font-size: 0.92rem; }
.access::before { content: "Needs "; }
.fields { margin: 0; }
.fields .fields { border-left: 2px solid var(--line); padding-left: 1rem; margin: 0.4rem 0 0.2rem; }
dl + pre { margin-top: 0.8rem; }
dt { margin-top: 0.55rem; }
dd { margin: 0; color: var(--quiet); font-size: 0.94rem; }
.type { font-family: var(--mono); font-size: 0.82em; color: var(--wood); overflow-wrap: anywhere; }
a.type { text-decoration: underline dotted; }
.required { font-size: 0.8rem; color: var(--thread); margin-left: 0.3rem; }
.rules { font-size: 0.88rem; }
.failures { display: flex; flex-wrap: wrap; gap: 0.2rem 1.4rem; font-size: 0.9rem; }
.failures a { font-family: var(--mono); font-size: 0.85em; }
.plain h3 { font-family: var(--mono); font-size: 1rem; }
.plain article { padding: 1.25rem 0 1.5rem; }
@media (max-width: 56rem) {
  body { display: block; }
  aside { position: static; height: auto; max-height: 45vh; border-right: 0; border-bottom: 1px solid var(--line); }
}
`;

/** @param origin Of this deployment, for the examples. */
export function docsPage(document: OpenApiDocument, origin: string): Html {
  const calls = callsOf(document);
  const groups = document.tags.map(({ name, description = "" }) => ({
    name,
    description,
    id: `group-${name.toLowerCase().replaceAll(" ", "-")}`,
    calls: calls.filter(({ tags }) => tags.includes(name)),
  }));
  return renderPage({
    title: "Bobbin: API reference",
    description: "Every call of Bobbin: who may make it, what it takes, what it answers.",
    style: STYLE,
    body: html`<aside>
        <a class="home" href="/">${mark()} Bobbin</a>
        <nav aria-label="Reference">
          ${groups.map(
            (group) =>
              html`<h2>${group.name}</h2>
                <ul>
                  ${group.calls.map(
                    ({ operationId, summary }) =>
                      html`<li><a href="#${operationId}">${summary}</a></li>`,
                  )}
                </ul>`,
          )}
          <h2>More</h2>
          <ul>
            <li><a href="#samples">Samples</a></li>
            <li><a href="#schemas">Schemas</a></li>
            <li><a href="#errors">Errors</a></li>
            <li><a href="/openapi.json">openapi.json</a></li>
          </ul>
        </nav>
      </aside>
      <main>
        <h1>API reference</h1>
        ${document.info.description.split("\n\n").map((paragraph) => html`<p>${prose(paragraph)}</p>`)}
        ${samplesView(calls)}
        ${groups.map(
          (group) =>
            html`<section id="${group.id}">
              <h2>${group.name}</h2>
              <p class="quiet">${prose(group.description)}</p>
              ${group.calls.map((call) => operationView(call, origin))}
            </section>`,
        )}
        ${schemasView(document)} ${errorsView(document)}
      </main>`,
  });
}

/** What the samples need, to be pasted once and filled in. */
function samplesView(calls: readonly Call[]): Html {
  const variables = sampleVariables(calls);
  return html`<section id="samples">
    <h2>Samples</h2>
    <p class="quiet">
      Each call's curl is complete as it stands, but for what is your own, which it takes from the
      shell. Set what it names before you paste it: locally <code>npm run dev</code> prints the key
      and the ids of a project and a tool.
    </p>
    <dl class="fields">
      ${variables.map(
        ({ name, value, description }) =>
          html`<dt><code>${name}=${value}</code></dt>
            <dd>${prose(description)}</dd>`,
      )}
    </dl>
  </section>`;
}

function callsOf({ paths }: OpenApiDocument): Call[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, ...operation })),
  );
}

function schemasView({ components }: OpenApiDocument): Html {
  return html`<section id="schemas" class="plain">
    <h2>Schemas</h2>
    ${Object.entries(components.schemas).map(
      ([name, schema]) =>
        html`<article id="schema-${name}">
          <h3>${name}</h3>
          ${schemaView(schema)}
        </article>`,
    )}
  </section>`;
}

function errorsView({ components }: OpenApiDocument): Html {
  return html`<section id="errors" class="plain">
    <h2>Errors</h2>
    ${Object.entries(components.examples).map(
      ([name, { value }]) =>
        html`<article id="${name}">
          <h3>${name}</h3>
          ${jsonView(value)}
        </article>`,
    )}
  </section>`;
}
