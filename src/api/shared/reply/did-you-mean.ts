/** What a client may have meant by a path that is none: one slash less, another word, another base. */
import type { RouterRoute } from "hono/types";

import { nearestName } from "../../../domain/names/nearest-name";

/**
 * The path of a route that this one would be without its superfluous slashes; where a variable of
 * the client was empty, the route with the names of its variables; else with one word mended, or behind
 * the base of a dialect. Null where there is none.
 */
export function meantPath(routes: readonly RouterRoute[], path: string): string | null {
  const segments = path.split("/").slice(1);
  const inner = segments.at(-1) === "" ? segments.slice(0, -1) : segments;
  const named = routes.find((route) => fits(route, inner, (segment) => segment === ""));
  if (inner.includes("") && named !== undefined) {
    return named.path.replaceAll(/:(\w+)/g, "{$1}");
  }
  const plain = segments.filter((segment) => segment !== "");
  const isKnown = routes.some((route) => fits(route, plain, () => false));
  if (isKnown) {
    return plain.length < segments.length ? `/${plain.join("/")}` : null;
  }
  return withWordMended(routes, plain) ?? behindBase(routes, plain);
}

/** `/api/sdk/thread` is one word off. */
function withWordMended(routes: readonly RouterRoute[], plain: readonly string[]): string | null {
  for (const { method, path } of routes) {
    const parts = path.split("/").slice(1);
    const wrong = parts.flatMap((part, at) =>
      part.startsWith(":") || part === plain[at] ? [] : at,
    );
    const [at = 0] = wrong;
    const [part = "", given = ""] = [parts[at], plain[at]];
    if (
      method !== "ALL" &&
      parts.length === plain.length &&
      wrong.length === 1 &&
      nearestName(given, [part]) !== null
    ) {
      return `/${plain.with(at, part).join("/")}`;
    }
  }
  return null;
}

/** `/v1/assistants` stands at `/openai/v1/assistants`. */
function behindBase(routes: readonly RouterRoute[], plain: readonly string[]): string | null {
  for (const base of BASES) {
    const whole = [...base, ...plain.slice(plain[0] === "v1" ? 1 : 0)];
    if (plain.length > 0 && routes.some((route) => fits(route, whole, () => false))) {
      return `/${whole.join("/")}`;
    }
  }
  return null;
}

const BASES = [
  ["api", "sdk"],
  ["openai", "v1"],
];

/** @param isEmpty Whether this segment may stand for a variable although there is nothing in it. */
function fits(
  { method, path }: RouterRoute,
  segments: readonly string[],
  isEmpty: (segment: string) => boolean,
): boolean {
  const parts = path.split("/").slice(1);
  return (
    method !== "ALL" &&
    parts.length === segments.length &&
    parts.every((part, index) => {
      const segment = segments[index] ?? "";
      return part.startsWith(":") ? segment !== "" || isEmpty(segment) : part === segment;
    })
  );
}
