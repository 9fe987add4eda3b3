/**
 * The origin as a reply may name it: `*` where any page may call the API; null for one that may not.
 * @param list `CORS_ORIGINS`: origins by comma; `*` is any.
 */
export function allowedOrigin(list: string, origin: string): string | null {
  const origins = list.split(",").map((item) => item.trim());
  if (origins.includes("*")) {
    return "*";
  }
  return origins.includes(origin) ? origin : null;
}
