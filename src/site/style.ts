/** The look of Bobbin's own pages: one sheet, light and dark, nothing fetched from anywhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fbfaf7, #16171a);
  --raised: light-dark(#ffffff, #1e2024);
  --ink: light-dark(#1d1e22, #e9e7e1);
  --quiet: light-dark(#62636b, #9d9ea6);
  --line: light-dark(#e4e1d8, #303238);
  --thread: light-dark(#c2410c, #fb923c);
  --wood: light-dark(#8a6a4a, #b8946c);
  --get: light-dark(#0f766e, #2dd4bf);
  --post: light-dark(#4338ca, #a5b4fc);
  --delete: light-dark(#b91c1c, #fca5a5);
  --code: light-dark(#f3f0e8, #121316);
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace;
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
a { color: var(--thread); text-decoration-thickness: 1px; text-underline-offset: 3px; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--thread); outline-offset: 3px; }
h1, h2, h3 { line-height: 1.2; letter-spacing: -0.015em; text-wrap: balance; }
code, pre { font-family: var(--mono); font-size: 0.875em; }
pre {
  margin: 0; padding: 1rem 1.25rem; overflow-x: auto; line-height: 1.55; tab-size: 2;
  background: var(--code); border: 1px solid var(--line); border-radius: 0.6rem;
}
.quiet { color: var(--quiet); }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
`;
