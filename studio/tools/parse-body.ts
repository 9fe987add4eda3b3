import { ApiError } from "../api/api-error.ts";
import { isObject } from "../api/json.ts";
import { TEXTS } from "../texts.ts";

/**
 * What a user wrote for a body: the server says what is wrong with it, and where.
 * @throws {ApiError} Where it is no JSON object at all.
 */
export function parseObject(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ApiError({ status: 400, type: "json", message: String(error) });
  }
  if (!isObject(parsed)) {
    throw new ApiError({ status: 400, type: "json", message: TEXTS.editor.noObject });
  }
  return parsed;
}
