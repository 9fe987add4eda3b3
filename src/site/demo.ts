/** The live demo on the landing page: where it may be, and the place that `pages/demo.ts` fills. */
import { html } from "hono/html";

import type { Html } from "./html-page";

/** With which the page's script asks: the demo project's own key, or tokens of a backend of the owner's. */
export type Demo = { key: string; tool: string } | { tokens: string };

/**
 * Null where nobody has switched it on.
 * @param settings Those of the landing page's calls: the local commands set them, with a key that is no secret.
 * @param tokens Where the owner's backend gives a token to whoever asks.
 */
export function demoOf(settings: string | undefined, tokens: string | undefined): Demo | null {
  const [, key] = /\bKEY=(\S+)/.exec(settings ?? "") ?? [];
  const [, tool] = /\bTOOL_ID=(\S+)/.exec(settings ?? "") ?? [];
  if (key !== undefined && tool !== undefined) {
    return { key, tool };
  }
  return tokens !== undefined && URL.canParse(tokens) ? { tokens } : null;
}

export const DEMO_STYLE = `
.demo { margin: 0 0 clamp(3rem, 7vw, 5rem); padding: 1.5rem; border: 1px solid var(--line); border-radius: 0.9rem; background: var(--raised); }
.demo p { margin: 0 0 1rem; }
#said { margin: 0 0 1rem; display: grid; gap: 0.6rem; max-height: 24rem; overflow-y: auto; }
#said:empty { display: none; }
#said > div { padding: 0.6rem 0.9rem; border: 1px solid var(--line); border-radius: 0.7rem; white-space: pre-wrap; overflow-wrap: anywhere; min-height: 2.8rem; }
#said .user { background: var(--code); justify-self: end; max-width: 85%; }
#said .error { border-color: var(--delete); }
#say { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: center; }
#say input { flex: 1; min-width: 12rem; padding: 0.6rem 0.8rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--quiet); border-radius: 0.6rem; }
#say button { padding: 0.6rem 1.1rem; font: inherit; font-weight: 550; color: var(--paper); background: var(--ink); border: 0; border-radius: 0.6rem; cursor: pointer; }
#say button[hidden] { display: none; }
`;

export function demoView(demo: Demo): Html {
  const about =
    "tokens" in demo
      ? html`data-tokens="${demo.tokens}"`
      : html`data-key="${demo.key}" data-tool="${demo.tool}"`;
  return html`<section class="demo" id="demo" ${about} aria-labelledby="demo-title">
    <h2 id="demo-title">Talk to it</h2>
    <p class="quiet">
      Answered by a tool of this deployment. Reload in the middle of an answer: it goes on, and it
      is whole.
    </p>
    <div id="said" role="log" aria-label="What was said" tabindex="0"></div>
    <form id="say">
      <label for="words">Message</label>
      <input id="words" required autocomplete="off" maxlength="2000" />
      <button>Send</button>
      <button type="button" id="stop" hidden>Stop</button>
    </form>
    <script type="module" src="/docs/demo.js"></script>
  </section>`;
}

/** Of the page with the demo: what its script may load and ask. */
export function demoPolicy(demo: Demo): string {
  const asked = "tokens" in demo ? ` ${new URL(demo.tokens).origin}` : "";
  return `script-src 'self'; connect-src 'self'${asked}`;
}
