/** Changes to source text whose members stand at one indentation, as a formatter leaves them. */

/** The source with exactly `times` places of this text changed. Throws where there are more or fewer. */
export function changeTimes(
  source: string,
  text: string,
  replacement: string,
  times: number,
): string {
  const pieces = source.split(text);
  if (pieces.length !== times + 1) {
    throw new Error(`Found ${pieces.length - 1} times instead of ${times}: ${text}`);
  }
  return pieces.join(replacement);
}

/** The source with these members of a class made to do nothing. Throws where one is missing. */
export function emptyMembers(
  source: string,
  className: string,
  members: readonly string[],
): string {
  const start = source.search(new RegExp(`^class ${className}\\b`, "m"));
  const end = source.indexOf("\n}\n", start);
  if (start === -1) {
    throw new Error(`There is no class ${className}.`);
  }
  let body = source.slice(start, end);
  for (const member of members) {
    const pattern = new RegExp(
      `^  ((?:static |async |get )*${member}\\((?:[^()]|\\([^()]*\\))*\\)) \\{\\n[^]*?^  \\}$`,
      "m",
    );
    const changed = body.replace(
      pattern,
      (_, head: string) => `  ${head.replace(/\([^]*\)/, "()")} {}`,
    );
    if (changed === body) {
      throw new Error(`${className} has no member ${member}.`);
    }
    body = changed;
  }
  return source.slice(0, start) + body + source.slice(end);
}

/** The source without a class. Throws where there is none. */
export function withoutClass(source: string, className: string): string {
  const start = source.search(new RegExp(`^class ${className}\\b`, "m"));
  if (start === -1) {
    throw new Error(`There is no class ${className}.`);
  }
  return source.slice(0, start) + source.slice(source.indexOf("\n}\n", start) + 3);
}

/** The source without the modules of a folder, which begin at a comment that names them. */
export function withoutFolder(source: string, folder: string): string {
  const modules = source.split(/^(?=;\/\/ \.\/)/m);
  return modules.filter((module) => !module.startsWith(`;// ${folder}`)).join("");
}
