/** What a client may have meant by a path that is none: one slash less. */
import type { RouterRoute } from "hono/types";

/**
 * The path of a route that this one would be without its superfluous slashes; where a variable of
 * the client was empty, the route with the names of its variables. Null where there is none.
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
  return isKnown && plain.length < segments.length ? `/${plain.join("/")}` : null;
}

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
