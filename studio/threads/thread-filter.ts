/** What the list of threads is narrowed to, as it stands in the page's address. */
import type { Given } from "../api/call.ts";

export const FILTER_FIELDS = ["tool", "participant", "name", "value", "from", "until"] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];

type ThreadQuery = NonNullable<Given<"GET /api/sdk/threads">["query"]>;

const SECOND_MS = 1000;
const DAY_SECONDS = 86_400;

export function readQuery(search: URLSearchParams): ThreadQuery {
  const name = search.get("name") ?? "";
  const from = startOfDay(search.get("from"));
  const until = startOfDay(search.get("until"));
  return {
    q: search.get("q") ?? undefined,
    agent_id: search.get("tool") ?? undefined,
    participant_id: search.get("participant") ?? undefined,
    metadata: name === "" ? undefined : { [name]: search.get("value") ?? "" },
    created_at:
      from === undefined && until === undefined
        ? undefined
        : {
            ...(from === undefined ? {} : { gte: from }),
            ...(until === undefined ? {} : { lt: until + DAY_SECONDS }),
          },
  };
}

export function countFilters(search: URLSearchParams): number {
  return FILTER_FIELDS.filter((field) => field !== "value" && search.get(field)).length;
}

/** Unix seconds at which the day begins here; a day that is none asks for nothing. */
function startOfDay(day: string | null): number | undefined {
  const ms = day === null || day === "" ? Number.NaN : new Date(`${day}T00:00:00`).getTime();
  return Number.isNaN(ms) ? undefined : Math.floor(ms / SECOND_MS);
}
