/** `GET /admin/health` of a deployment, told line by line. */
import * as z from "zod";

import { UserError } from "../local/settings.ts";

/** Its checks take 5 s at most. */
const ANSWER_WITHIN_MS = 30_000;

const AGAIN =
  "Deploy again in a minute; if it stays so, `npx wrangler tail` shows what the Worker says.";

const Health = z.object({
  status: z.enum(["ok", "warn", "fail"]),
  checks: z.array(
    z.object({
      name: z.string(),
      status: z.enum(["ok", "warn", "fail"]),
      detail: z.string(),
      fix: z.string().nullable(),
    }),
  ),
});

/**
 * Says what is not as it should be, and how to mend it.
 *
 * @param url Without a slash at its end.
 * @throws UserError where a check fails, or where the deployment does not take the secret.
 */
export async function checkHealth(
  url: string,
  adminKey: string,
  say: (line: string) => void,
): Promise<void> {
  const reply = await fetch(`${url}/admin/health`, {
    headers: { Authorization: `Bearer ${adminKey}` },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch((error: unknown) => {
    throw new UserError(`The deployment is up, but gives no health: ${String(error)}. ${AGAIN}`, {
      cause: error,
    });
  });
  if (reply.status === 401 || reply.status === 404) {
    say(
      "  health: not read. ADMIN_KEY is not the Worker's: npx wrangler secret put ADMIN_KEY sets it.",
    );
    return;
  }
  const read = Health.safeParse(await reply.json().catch(() => null));
  if (!read.success) {
    throw new UserError(`${url}/admin/health answers ${reply.status} and no health. ${AGAIN}`);
  }
  const { status, checks } = read.data;
  for (const check of checks.filter((one) => one.status !== "ok")) {
    say(`  health, ${check.name}: ${check.status}: ${check.detail}. ${check.fix ?? ""}`.trimEnd());
  }
  if (status === "fail") {
    const failed = checks.filter((check) => check.status === "fail").map(({ name }) => name);
    throw new UserError(
      `The deployment is up, but its health fails at ${failed.join(", ")}: see above.`,
    );
  }
  say(`  health: ${status === "ok" ? "right" : "serves; see above"}`);
}
