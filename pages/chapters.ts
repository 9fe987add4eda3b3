/** The parts of the published document that the page changes. */
export interface ApiDocument {
  info: { title: string; description: string };
  tags: { name: string; description?: string; "x-displayName"?: string }[];
  "x-tagGroups": { name: string; tags: string[] }[];
  paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  parameters?: { name: string; in: string; example?: unknown }[];
}

/** As `scripts/pages/chapters.ts` writes them. */
export interface Chapter {
  tag: string;
  title: string;
  markdown: string;
}

/** A chapter is a tag without calls: it stands in the same list, and is found by the same search. */
export function withChapters(document: ApiDocument, chapters: readonly Chapter[]): ApiDocument {
  const tags = chapters.map(({ tag, title, markdown }) => ({
    name: tag,
    "x-displayName": title,
    description: markdown,
  }));
  const guide = { name: "Guide", tags: tags.map(({ name }) => name) };
  return {
    ...document,
    tags: [...tags, ...document.tags],
    "x-tagGroups": [guide, ...document["x-tagGroups"]],
  };
}
