/** Selectors on pages that strangers make: what they find, and that no page holds everybody up. */
import { describe, it } from "vitest";

import { Page } from "../../../src/engine/actions/select-elements";
import { ACTION } from "../../../src/limits";

async function select(html: string, selector: string): Promise<string[]> {
  const page = await Page.read(pieces(html));
  return page.select(selector);
}

async function* pieces(html: string): AsyncGenerator<string> {
  for (let at = 0; at < html.length; at += 1000) {
    yield html.slice(at, at + 1000);
  }
}

describe("a selector", () => {
  const HTML = `<ul id=list><li class="a b">One <b>bold</b><li>Two<script>no()</script><li lang=de>Drei</ul>
    <template><p>hidden</p></template><p>After &amp; <a href="/x">link</a>`;

  it.for([
    ["li", ["One bold", "Two", "Drei"]],
    ["li.a.b, p", ["One bold", "After & link"]],
    ["li:nth-child(2)", ["Two"]],
    ["li:last-of-type", ["Drei"]],
    ["li + li", ["Two", "Drei"]],
    [".a ~ li", ["Two", "Drei"]],
    ["ul > li b", ["bold"]],
    ["[href^='/']", ["link"]],
    ["li:not(.a)", ["Two", "Drei"]],
    ["ul:has(b) > li:contains('rei')", ["Drei"]],
    [":root, nothing", ["One boldTwoDrei", "hidden", "After & link"]],
    ["#list li:is(:first-child, [lang])", ["One bold", "Drei"]],
  ] as const)("finds what it says: %s", async ([selector, texts], { expect }) => {
    expect(await select(HTML, selector)).toEqual(texts);
  });

  it("may count a long list", async ({ expect }) => {
    const rows = Array.from({ length: 3000 }, (_, at) => `<tr><td>${at}<td>x`).join("");
    expect(
      await select(`<table>${rows}</table>`, "tr:nth-child(100n) > td:first-child"),
    ).toHaveLength(30);
  });
});

describe("a page made to hold everybody up", () => {
  const flat = "<i>x</i>".repeat(40_000);
  const levels = ACTION.pageMaxNesting - 1;
  const deep = `${"<b>".repeat(levels)}x${"</b>".repeat(levels)}`;

  it.for([
    ["siblings that are counted", flat, "i:nth-child(2n+1)"],
    ["siblings of siblings", flat, "i ~ i ~ i ~ em"],
    ["siblings that have", flat, ":has(~ em)"],
    ["elements inside elements", deep.repeat(150), "b b b b b i"],
    ["texts that are looked for", deep.repeat(150), ":contains('y')"],
    ["nodes", "<br>".repeat(200_000), "br"],
    ["nesting", "<b>".repeat(100_000), "b"],
    ["texts in texts", deep.repeat(150) + "y".repeat(100_000), "b"],
  ] as const)(
    "lets others have their turn, or is refused: %s",
    async ([, html, selector], { expect }) => {
      let turns = 0;
      const clock = setInterval(() => (turns += 1), 0);
      const outcome = await select(html, selector).then(
        () => "done",
        (error: unknown) => (error instanceof Error ? error.message : ""),
      );
      clearInterval(clock);
      expect(outcome).toMatch(/^(done|The page is too complex\. .+[^.]\.|b finds more than .+)$/);
      // One that is refused at its first piece has held up nobody.
      expect(turns > 0 || outcome.startsWith("The page is too complex. Its")).toBe(true);
    },
  );
});
