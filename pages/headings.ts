/**
 * Links to a heading of a chapter, `#tag/guide-streams/description/a-heading`: the reference knows places of
 * chapters, and none inside them.
 */
const PLACE = /^#(tag\/[^/]+)\/description\/(.+)$/;
/** Between two looks for a chapter that is still being drawn, and how often it is looked for. */
const LOOK_MS = 100;
const LOOKS = 50;
/** Two seconds, in which a long chapter's tables have their widths. */
const HELD_LOOKS = 20;

/** Follows such links from now on, and the one that the page was opened by. */
export function followHeadings(): void {
  addEventListener("hashchange", () => void showHeading(location.hash));
  void showHeading(location.hash);
}

async function showHeading(hash: string): Promise<void> {
  const [, chapter, heading] = PLACE.exec(hash) ?? [];
  if (chapter === undefined || heading === undefined) {
    return;
  }
  location.replace(`#${chapter}`);
  for (let looks = 0; looks < LOOKS; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const section = document.querySelector(`[id$="/${CSS.escape(chapter)}"]`);
    const found = [...(section?.querySelectorAll("h2, h3, h4") ?? [])].find(
      ({ textContent }) => slugOf(textContent) === heading,
    );
    if (found !== undefined) {
      await holdInView(found);
      return;
    }
  }
}

/** What is still being drawn above a heading moves it; whoever scrolls meanwhile is left alone. */
async function holdInView(heading: Element): Promise<void> {
  const moved = new AbortController();
  for (const act of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    addEventListener(act, () => moved.abort(), { once: true, signal: moved.signal });
  }
  for (let looks = 0; looks < HELD_LOOKS && !moved.signal.aborted; looks += 1) {
    heading.scrollIntoView();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  moved.abort();
}

/** As the pages of repositories make them. */
function slugOf(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}
