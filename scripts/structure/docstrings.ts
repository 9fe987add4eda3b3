/** Exports that another room uses, and that do not say what they are. */
import path from "node:path";

import type { SourceFile } from "./read-source.ts";

/** Names of an import or a re-export, and where they are from. */
const NAMED =
  /^(?:import|export)\s+(?:type\s+)?(?:\w+\s*,\s*)?\{([^}]*)\}\s*from\s*["'](\.[^"']+)["']/gm;

/** An export with its own declaration, and the end of the docstring above it; a lint directive may stand between. */
const DECLARED =
  /(\*\/\n(?:\/\/[^\n]*\n)?)?^export (?:declare )?(?:abstract )?(?:async )?(?:function\*? ?|class |interface |type |const |let |enum )(\w+)/gm;

type RoomOf = (file: string) => string | null;

/** @param roomOf Null for what is open to all. @returns One line for each. */
export function undescribed(files: readonly SourceFile[], roomOf: RoomOf): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const found = files.flatMap(({ path: from, text }) =>
    importsOf(text).flatMap(({ specifier, name }) => {
      const owner = ownerOf(beside(from, specifier), name, byPath);
      return owner === null || roomOf(owner.path) === roomOf(from) || isDescribed(owner, name)
        ? []
        : [`${owner.path} does not say what ${name} is, which ${roomOf(from) ?? "src"}/ uses`];
    }),
  );
  return [...new Set(found)].toSorted();
}

function importsOf(text: string): { specifier: string; name: string }[] {
  return [...text.matchAll(NAMED)].flatMap(([, names = "", specifier = ""]) =>
    names
      .split(",")
      .map(importedName)
      .filter(Boolean)
      .map((name) => ({ specifier, name })),
  );
}

function beside(file: string, specifier: string): string {
  return path.posix.join(path.posix.dirname(file), specifier);
}

/** `type Name as Other` is of `Name`. */
function importedName(part: string): string {
  return (
    part
      .trim()
      .replace(/^type\s+/, "")
      .split(/\s+as\s+/)[0] ?? ""
  );
}

/** The file that declares the name, through the doors that pass it on. */
function ownerOf(
  base: string,
  name: string,
  byPath: ReadonlyMap<string, SourceFile>,
): SourceFile | null {
  const file = [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`]
    .map((candidate) => byPath.get(candidate))
    .find((candidate) => candidate !== undefined);
  if (file === undefined) {
    return null;
  }
  for (const [whole, names = "", specifier = ""] of file.text.matchAll(NAMED)) {
    const isPassedOn = names.split(",").map(importedName).includes(name);
    if (whole.startsWith("export") && isPassedOn) {
      return ownerOf(beside(file.path, specifier), name, byPath);
    }
  }
  return file;
}

/** A name that the file passes on in another way is described where it is declared. */
function isDescribed({ text }: SourceFile, name: string): boolean {
  const all = [...text.matchAll(DECLARED)].filter(([, , declared]) => declared === name);
  return all.length === 0 || all.some(([, docstring]) => docstring !== undefined);
}
