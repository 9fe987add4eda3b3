/**
 * Proves of every regular expression of the Worker that its time grows with its text and no faster, by
 * what it may match and not by texts that it is tried on: one that does not is a way to stop everybody.
 */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { Visitor, parseSync } from "oxc-parser";
import { analyse } from "scslre";
import { describe, expect, it } from "vitest";

import { root } from "../../scripts/local/settings.ts";

interface Expression {
  file: string;
  source: RegExp;
}

function expressionsOf(folder: string): Expression[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const found: Expression[] = [];
      const { program } = parseSync(file, readFileSync(path.join(folder, file), "utf8"));
      new Visitor({
        Literal(node) {
          if ("regex" in node) {
            const { pattern, flags } = node.regex;
            found.push({ file, source: new RegExp(pattern, flags) });
          }
        },
      }).visit(program);
      return found;
    });
}

function faultsOf(expression: RegExp): string[] {
  return analyse(expression).reports.map(({ type, exponential }) =>
    exponential ? `${type}, exponential` : type,
  );
}

describe("a regular expression", () => {
  it("is linear wherever the Worker has one", () => {
    const expressions = expressionsOf(path.join(root, "src"));
    expect(expressions.length).toBeGreaterThan(200);
    const slow = expressions.flatMap(({ file, source }) =>
      faultsOf(source).map((fault) => `${file}: ${String(source)} (${fault})`),
    );
    expect(slow).toEqual([]);
  });

  it.each([/(?:\/\/.*|\s)*x/, /\s*\n\s*/, /\.+$/, /a\s*"?\s*b/])("is found out: %s", (slow) => {
    expect(faultsOf(slow)).not.toEqual([]);
  });
});
