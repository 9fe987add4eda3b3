import { asText, isObject, parseJson } from "./json.ts";

/** What went wrong with a call, as the API words it. */
interface Wrong {
  /** Of HTTP; 0 where nothing answered. */
  status: number;
  /** The API's own word, e.g. `invalid_request_error`. */
  type: string;
  message: string;
  issues?: Issue[] | undefined;
  requestId?: string | null;
  /** Seconds. */
  retryAfter?: number | null;
}

export interface Issue {
  path: (string | number)[];
  message: string;
}

export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  readonly type: string;
  readonly issues: readonly Issue[];
  readonly requestId: string | null;
  readonly retryAfter: number | null;

  constructor({ status, type, message, issues = [], requestId = null, retryAfter = null }: Wrong) {
    super(message);
    this.status = status;
    this.type = type;
    this.issues = issues;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
  }
}

export async function readError(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => "");
  const error = errorIn(text);
  const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new ApiError({
    status: response.status,
    type: wordIn(error, "type") ?? "unknown",
    message: wordIn(error, "message") ?? (text.slice(0, 500) || response.statusText),
    issues: issuesIn(error),
    requestId: wordIn(error, "request_id") ?? response.headers.get("X-Request-Id"),
    retryAfter: Number.isNaN(retryAfter) ? null : retryAfter,
  });
}

function errorIn(text: string): object {
  const parsed = parseJson(text);
  const error = isObject(parsed) ? parsed["error"] : undefined;
  return isObject(error) ? error : {};
}

function wordIn(error: object, field: string): string | undefined {
  const value: unknown = Reflect.get(error, field);
  return typeof value === "string" ? value : undefined;
}

function issuesIn(error: object): Issue[] {
  const issues: unknown = Reflect.get(error, "issues");
  return Array.isArray(issues) ? issues.flatMap(issueIn) : [];
}

function issueIn(value: unknown): Issue[] {
  if (!isObject(value)) {
    return [];
  }
  const path = Array.isArray(value["path"]) ? value["path"] : [];
  return [
    {
      path: path.filter((step): step is string | number => /string|number/.test(typeof step)),
      message: asText(value["message"]),
    },
  ];
}
