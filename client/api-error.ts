/** What the API refused, or why nothing answered. */
export class BobbinError extends Error {
  override name = "BobbinError";
  /** Of HTTP; 0 where nothing answered. */
  readonly status: number;
  /** The API's own word, e.g. `thread_not_found`; `no_answer` where nothing answered. */
  readonly type: string;
  readonly issues: readonly Issue[];
  readonly requestId: string | null;
  /** Milliseconds after which to try again; null where the API does not say. */
  readonly retryAfterMs: number | null;

  constructor(status: number, about: Partial<Wrong>, retryAfterMs: number | null = null) {
    super(about.message ?? "Nothing answered.");
    this.status = status;
    this.type = about.type ?? "no_answer";
    this.issues = about.issues ?? [];
    this.requestId = about.request_id ?? null;
    this.retryAfterMs = retryAfterMs;
  }

  /** The same call may go well later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface Issue {
  path: (string | number)[];
  message: string;
}

interface Wrong {
  type: string;
  message: string;
  issues: Issue[];
  request_id: string;
}

const SECOND_MS = 1000;

export async function readError(response: Response): Promise<BobbinError> {
  const text = await response.text().catch(() => "");
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const retryAfterMs = Number.isNaN(seconds) ? null : seconds * SECOND_MS;
  return new BobbinError(response.status, wrongIn(text), retryAfterMs);
}

function wrongIn(text: string): Partial<Wrong> {
  try {
    const body: { error: Partial<Wrong> } = JSON.parse(text);
    return { type: "unknown", ...body.error };
  } catch {
    return { type: "unknown", message: text };
  }
}
