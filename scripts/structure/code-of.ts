/** TypeScript without its comments and the words of its texts: what is left names things. */

/** A comment; a text in quotes. */
const NO_CODE = /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;
/** In a template: what it is filled with. */
const FILLED = /\$\{([^}]*)\}/g;

export function codeOf(text: string): string {
  return text.replace(NO_CODE, (found) =>
    found.startsWith("`") ? [...found.matchAll(FILLED)].map(([, code]) => code).join(" ") : " ",
  );
}
