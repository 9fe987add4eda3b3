/** What a line written by hand may leave out or say in another way than the lines of an export do. */
import * as z from "zod";

import { SECOND_MS } from "../../limits/units";
import type { Issue } from "../failure";
import { isJsonObject } from "../json";
import { LAST_MOMENT_MS } from "../moment";

export interface CompletedRecord {
  /** As an export would have it; still to be checked. */
  record: unknown;
  /** What cannot be completed. */
  issue?: Issue;
}

const TIME = "created_at";
const TIME_MS = "created_at_ms";

/**
 * A message that names no thread belongs to the `thread` line before it, and threads and messages may
 * have `created_at` in place of `created_at_ms`: Unix seconds, or ISO 8601 with its offset.
 * @param threadId Of the last `thread` line, null where there was none.
 */
export function completeRecord(value: unknown, threadId: string | null): CompletedRecord {
  if (!isJsonObject(value) || (value["type"] !== "thread" && value["type"] !== "message")) {
    return { record: value };
  }
  const lacksThread =
    threadId !== null && value["type"] === "message" && value["thread_id"] === undefined;
  const record = lacksThread ? { ...value, thread_id: threadId } : value;
  if (record[TIME] === undefined) {
    return { record };
  }
  const { [TIME]: time, ...rest } = record;
  if (rest[TIME_MS] !== undefined) {
    return refuse(record, `must not stand beside \`${TIME_MS}\``);
  }
  const moment = momentOf(time);
  if (moment !== null) {
    return { record: { ...rest, [TIME_MS]: moment } };
  }
  const lacksOffset = LocalTime.safeParse(time).success;
  return refuse(record, lacksOffset ? `${EXPECTED}; its offset is missing: Z or +01:00` : EXPECTED);
}

/** What a thread or message lacks, in the words of those who write lines by hand. */
export function nameWhatIsMissing(record: unknown, issues: readonly Issue[]): Issue[] {
  const type = isJsonObject(record) ? record["type"] : undefined;
  return issues.map((issue) => {
    const field = issue.path.at(-1);
    if (issue.rule?.kind !== "missing" || (type !== "thread" && type !== "message")) {
      return issue;
    }
    if (field === TIME_MS) {
      const path = [...issue.path.slice(0, -1), TIME];
      return { ...issue, path, message: `(or \`${TIME_MS}\`) is required: ${FORMS}` };
    }
    return type === "message" && field === "thread_id"
      ? { ...issue, message: "is required, or a `thread` line before it" }
      : issue;
  });
}

const FORMS = 'Unix seconds, or an ISO 8601 time like "2023-11-14T22:13:20Z"';
const EXPECTED = `must be ${FORMS}; milliseconds are \`${TIME_MS}\``;

function refuse(record: unknown, message: string): CompletedRecord {
  return { record, issue: { path: [TIME], message } };
}

const IsoTime = z.iso.datetime({ offset: true });
/** And no offset. */
const LocalTime = z.iso.datetime({ local: true });

/** Unix milliseconds; null for what is no time. */
function momentOf(time: unknown): number | null {
  const moment =
    typeof time === "number"
      ? Math.round(time * SECOND_MS)
      : Date.parse(IsoTime.safeParse(time).data ?? "");
  return moment >= 0 && moment <= LAST_MOMENT_MS ? moment : null;
}
