/** What a local server knows of its reader: the key and the ids of its demo project, by variable. */
import type { ApiDocument } from "./chapters.ts";

export type Settings = Record<string, string | undefined>;

/** @param line `NAME=value` of a shell, in one line. */
export function readSettings(line: string): Settings {
  return Object.fromEntries(
    [...line.matchAll(/([A-Z_]+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

/** Fills in what the samples take from the environment, and what a call tried on the page names. */
export function withSettings(document: ApiDocument, settings: Settings): ApiDocument {
  const known = Object.entries(settings);
  if (known.length === 0) {
    return document;
  }
  for (const operation of Object.values(document.paths).flatMap(Object.values)) {
    for (const parameter of operation.parameters ?? []) {
      const value = parameter.in === "path" ? settings[parameter.name.toUpperCase()] : undefined;
      if (value !== undefined) {
        parameter.example = value;
      }
    }
  }
  const { info } = document;
  const exports = known.map(([name, value]) => `export ${name}=${value}`).join("\n");
  const description = `${info.description}\n\nOn this machine:\n\n\`\`\`sh\n${exports}\n\`\`\``;
  return { ...document, info: { ...info, description } };
}
