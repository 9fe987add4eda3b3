/** The frame of Bobbin's own pages. They run no script and fetch nothing but what their headers say. */
import { html, raw } from "hono/html";

import { STYLE } from "./style";

export type Html = ReturnType<typeof html>;

export interface Page {
  title: string;
  description: string;
  /** Rules of this page alone. */
  style: string;
  body: Html;
}

export const PAGE_HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "public, max-age=300",
};

/** The same, of a page that does more: these directives lie over the policy. */
export function pageWith(directives: string): typeof PAGE_HEADERS {
  const policy = `${PAGE_HEADERS["Content-Security-Policy"]}; ${directives}`;
  return { ...PAGE_HEADERS, "Content-Security-Policy": policy };
}

/** A spool with thread on it. */
const MARK = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" aria-hidden="true"><path fill="#8a6a4a" d="M8 4h32a3 3 0 0 1 0 6H8a3 3 0 0 1 0-6Zm0 34h32a3 3 0 0 1 0 6H8a3 3 0 0 1 0-6Z"/><g fill="none" stroke="#ea580c" stroke-linecap="round" stroke-width="4"><path d="M12 15h24M12 21h24M12 27h24"/><path d="M36 33H12M36 33c5 0 7-3 7-7"/></g></svg>`;

export function mark(): Html {
  return raw(MARK);
}

/** The mark as an address. */
export function favicon(): string {
  return `data:image/svg+xml,${encodeURIComponent(MARK)}`;
}

export function renderPage({ title, description, style, body }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <meta name="description" content="${description}" />
        <link rel="icon" href="${raw(favicon())}" />
        <style>
          ${raw(STYLE)}${raw(style)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`;
}
