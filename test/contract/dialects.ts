/** Every dialect, and how its refusals are compared. A new one is added here, and mounted in `src/api/dialects.ts`. */
import type { Places } from "../strangers/open-places";
import { type Reply, call } from "../support/call";
import type { TestProject } from "../support/project";
import { aiSdk } from "./ai-sdk";
import { type Dialect, type ErrorCodes, NOT_SUPPORTED } from "./dialect";
import { metorial } from "./metorial";
import { openai } from "./openai";
import { rebyte } from "./rebyte";

export const DIALECTS: readonly Dialect[] = [rebyte, metorial, openai, aiSdk];

/** What tokens may send, of every dialect's calls. */
export const OPEN_FIELDS: Readonly<Record<string, Places>> = Object.assign(
  {},
  ...DIALECTS.map(({ opens }) => opens),
);

/** What every refusal is made of, whatever the dialect's words for it. */
export function refusalsOf({ codes, readError }: Dialect) {
  return {
    refusalOf: ({ status, headers, json }: Reply) => {
      const { code, message, paths } = readError(json);
      return { status, code, paths, isWorded: message !== "" && headers.has("X-Request-Id") };
    },
    refused: (status: number, code: keyof ErrorCodes, paths: string[] = []) => ({
      status,
      code: codes[code],
      paths,
      isWorded: true,
    }),
  };
}

/** A thread made in the dialect that has had them from the first; its id is the bare one. */
export async function makeThreadIn({ key }: TestProject): Promise<string> {
  const { json } = await call("/api/sdk/threads", { key, json: {} });
  return json.id;
}

type Part = "threads" | "messages" | "files" | "runs";

/** The dialects that have this; what they lack is held by `lacks.test.ts`. */
export function dialectsWith<Name extends Part>(part: Name) {
  return DIALECTS.flatMap((dialect) => {
    const spoken = dialect[part];
    return isSpoken(spoken) ? [{ dialect, spoken }] : [];
  });
}

function isSpoken<Spoken>(spoken: Spoken): spoken is Exclude<Spoken, typeof NOT_SUPPORTED> {
  return spoken !== NOT_SUPPORTED;
}
