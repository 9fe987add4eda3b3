import * as z from "zod";

/**
 * Reads a variable that is a JSON object, by name. It is parsed once an isolate, as it is the same for all that
 * the isolate does.
 * @returns A reader of the variable: empty where it is not set, null where it cannot be read.
 */
export function jsonSetting<Value>(
  value: z.ZodType<Value>,
): (json: string | undefined) => ReadonlyMap<string, Value> | null {
  const schema = z.record(z.string().min(1), value);
  let parsed: { json: string; entries: ReadonlyMap<string, Value> | null } | null = null;
  return (json = "") => {
    if (parsed?.json !== json) {
      parsed = { json, entries: parseEntries(schema, json) };
    }
    return parsed.entries;
  };
}

function parseEntries<Value>(
  schema: z.ZodType<Record<string, Value>>,
  json: string,
): ReadonlyMap<string, Value> | null {
  if (json.trim() === "") {
    return new Map();
  }
  try {
    const { success, data } = schema.safeParse(JSON.parse(json));
    return success ? new Map(Object.entries(data)) : null;
  } catch {
    return null;
  }
}
