/** `/`: what this is, and where to go. */
import { html } from "hono/html";

import { version } from "../../package.json";
import { DEMO_STYLE, type Demo, demoView } from "./demo";
import { type Html, mark, renderPage } from "./html-page";

const STYLE = `
main { max-width: 68rem; margin: 0 auto; padding: clamp(2rem, 6vw, 5rem) 1.5rem 3rem; }
.hero { display: grid; gap: 2.5rem 4rem; grid-template-columns: minmax(0, 1.2fr) minmax(0, 1fr); align-items: center; margin-bottom: clamp(3rem, 7vw, 5.5rem); }
.hero svg { width: 3.25rem; display: block; margin-bottom: 1.25rem; }
h1 { font-size: clamp(2.2rem, 4.8vw, 3.3rem); margin: 0 0 0.9rem; max-width: 16ch; }
.lead { font-size: clamp(1.05rem, 2vw, 1.25rem); max-width: 58ch; margin: 0 0 1.75rem; color: var(--quiet); }
nav { display: flex; flex-wrap: wrap; gap: 0.75rem; }
nav a {
  padding: 0.6rem 1.1rem; border: 1px solid var(--line); border-radius: 0.6rem;
  background: var(--raised); color: var(--ink); text-decoration: none; font-weight: 550;
}
nav a:first-child { background: var(--ink); color: var(--paper); border-color: var(--ink); }
nav a:hover { border-color: var(--thread); }
.two { display: grid; gap: 2.5rem; grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); align-items: start; }
h2 { font-size: 1.15rem; margin: 0 0 0.9rem; }
.steps { counter-reset: step; display: grid; gap: 1.1rem; grid-template-columns: minmax(0, 1fr); }
.steps p { margin: 0 0 0.4rem; }
.steps p::before {
  counter-increment: step; content: counter(step); margin-right: 0.6rem;
  color: var(--thread); font-weight: 700; font-variant-numeric: tabular-nums;
}
.thread { margin: 0; padding: 0.5rem 0 0.5rem 2rem; position: relative; display: grid; gap: 0.9rem; }
.thread::before { content: ""; position: absolute; left: 0.45rem; top: 0; bottom: 0; width: 3px; border-radius: 2px; background: linear-gradient(var(--thread) 90%, transparent); }
.thread p { margin: 0; padding: 0.7rem 1rem; border: 1px solid var(--line); border-radius: 0.9rem; background: var(--raised); position: relative; }
.thread p::before { content: ""; position: absolute; left: -2.05rem; top: 1.05rem; width: 0.8rem; height: 0.8rem; border-radius: 50%; background: var(--paper); border: 3px solid var(--thread); }
.thread .user { background: var(--code); }
.thread .gap { border: 0; background: none; padding: 0.1rem 0; color: var(--quiet); font-size: 0.92rem; }
.thread .gap::before { border-color: var(--line); top: 0.35rem; }
.thread b { color: var(--thread); font-weight: 400; }
ul { list-style: none; margin: 0; padding: 0; }
.promises li { padding: 0.7rem 0 0.7rem 1.4rem; border-top: 1px solid var(--line); position: relative; }
.promises li:last-child { border-bottom: 1px solid var(--line); }
.promises li::before {
  content: ""; position: absolute; left: 0; top: 1.3em; width: 0.75rem; height: 3px;
  border-radius: 2px; background: var(--thread);
}
.promises strong { display: block; font-weight: 600; }
.promises span { color: var(--quiet); font-size: 0.94rem; }
footer { margin-top: 3.5rem; color: var(--quiet); font-size: 0.9rem; }
@media (max-width: 52rem) { .two, .hero { grid-template-columns: minmax(0, 1fr); } }
`;

const PROMISES = [
  [
    "A closed tab loses nothing",
    "Runs go on without their reader; any reader may come back to any of it.",
  ],
  [
    "Messages never wait for a run",
    "Posting to a thread works while a tool is at work on it; runs queue up.",
  ],
  [
    "Stopping keeps the text",
    "A stopped run leaves what it had told, and a thread that takes the next one.",
  ],
  [
    "No run for ever",
    "Every run has a deadline and comes to an end, through crashes and restarts.",
  ],
  [
    "Nothing is silently ignored",
    "A field that is not known is refused by name, and the error says where.",
  ],
  [
    "Your account, your data",
    "D1, R2 and Durable Objects of your own; no other server, no other database.",
  ],
] as const;

/** Where nobody has set them: what a reader fills in. */
const OWN_SETTINGS = "KEY=sk-… PROJECT_ID=… TOOL_ID=…";

export interface Landing {
  /** Of this deployment, for the examples. */
  origin: string;
  /** The shell's `NAME=value` that the examples take, in one line; to be filled in where there are none. */
  settings?: string | undefined;
  /** Where the source is; null where nobody has said. */
  repository: string | null;
  demo: Demo | null;
}

export function landingPage({ origin, settings = OWN_SETTINGS, repository, demo }: Landing): Html {
  return renderPage({
    title: "Bobbin: a chatbot backend at the edge",
    description:
      "Threads, messages, files and tools, and runs of tools on threads, behind one HTTPS API.",
    style: demo === null ? STYLE : STYLE + DEMO_STYLE,
    body: html`<main>
      ${heroView(repository)} ${demo === null ? "" : demoView(demo)}
      <div class="two">${stepsView(origin, settings)} ${promisesView()}</div>
      <footer>
        The same threads speak four dialects: ReByte's under <code>/api/sdk</code>, Metorial's under
        <code>/v1</code>, OpenAI's Assistants under <code>/openai/v1</code>, the AI SDK's chats
        under <code>/ui/v1</code>.
        <p>
          Bobbin ${version} · <a href="/docs#tag/guide-changelog">What changed</a>
          ${repository === null ? "" : html`· <a href="${repository}">Source</a>`}
        </p>
      </footer>
    </main>`,
  });
}

/** Where Cloudflare makes a deployment of whoever opens it out of a public repository. */
const DEPLOY = "https://deploy.workers.cloudflare.com/?url=";

function heroView(repository: string | null): Html {
  return html`<div class="hero">
    <header>
      ${mark()}
      <h1>A chatbot backend that lives at the edge.</h1>
      <p class="lead">
        Bobbin keeps threads, messages and files, and runs tools on them, behind one HTTPS API: a
        chatbot with memory, files and streaming, without writing a backend.
      </p>
      <nav aria-label="Where to go">
        <a href="/docs">Read the reference</a>
        <a href="/openapi.json">OpenAPI 3.1</a>
        <a href="/health">Health</a>
        ${
          repository === null
            ? ""
            : html`<a href="${DEPLOY}${encodeURIComponent(repository)}">Deploy to Cloudflare</a>`
        }
      </nav>
    </header>
    <figure
      class="thread"
      role="img"
      aria-label="A thread on which an answer goes on after its tab was closed"
    >
      <p class="user">What changed in the contract I uploaded?</p>
      <p>Two clauses. The notice period is now <b>▍</b></p>
      <p class="gap">the tab is closed, and opened again elsewhere</p>
      <p>Two clauses. The notice period is now sixty days, and renewals are yearly.</p>
    </figure>
  </div>`;
}

function stepsView(origin: string, settings: string): Html {
  const auth = '-H "Authorization: Bearer $KEY"';
  const steps = [
    ["Name what is yours, once.", [settings]],
    [
      "Create a thread, and keep its id.",
      [
        `THREAD_ID=$(curl -s ${origin}/api/sdk/threads`,
        auth,
        `-d '{"metadata": {"customer": "c-1029"}}' | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')`,
      ],
    ],
    [
      "Say something on it.",
      [
        `curl "${origin}/api/sdk/threads/$THREAD_ID/messages"`,
        auth,
        `-d '{"role": "user", "content": "Hello, Bobbin"}'`,
      ],
    ],
    [
      "Run a tool on it, and watch it answer.",
      [
        `curl -N "${origin}/api/sdk/p/$PROJECT_ID/a/$TOOL_ID/r"`,
        auth,
        `-d '{"thread_id": "'"$THREAD_ID"'", "stream": true}'`,
      ],
    ],
  ] as const;
  return html`<section aria-labelledby="try">
    <h2 id="try">Three calls make a conversation</h2>
    <div class="steps">
      ${steps.map(
        ([what, lines]) =>
          html`<div>
            <p>${what}</p>
            <pre tabindex="0"><code>${lines.join(" \\\n  ")}</code></pre>
          </div>`,
      )}
    </div>
  </section>`;
}

function promisesView(): Html {
  return html`<section aria-labelledby="promises">
    <h2 id="promises">What it promises</h2>
    <ul class="promises">
      ${PROMISES.map(([what, how]) => html`<li><strong>${what}</strong><span>${how}</span></li>`)}
    </ul>
  </section>`;
}
