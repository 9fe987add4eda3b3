/**
 * A session token: a JWT (HS256) that lets a browser or an app call the API for one end user. The
 * customer's backend mints it with a signing secret of its project, by `POST /api/sdk/tokens` or on
 * its own; its header's `kid` names the secret. It can do what it lists and nothing else.
 */
import * as z from "zod";

import { TOKEN } from "../../limits";
import { HEX_20, THREAD_ID_MAX_CHARS, TOOL_ID_RULE } from "../ids";
import { nameProblem } from "../text";
import { VERB_SCOPES, type Verb } from "./caller";

/** All that a token may list. */
export const VERBS = Object.keys(VERB_SCOPES).filter((name): name is Verb => name in VERB_SCOPES);

/** The verbs that a browser's chat needs: read and write its threads, run its tools, follow them. */
export const CHAT_VERBS = [
  "threads:create",
  "threads:read",
  "messages:create",
  "messages:read",
  "runs:create",
  "runs:read",
  "runs:cancel",
  "runs:submit",
] as const satisfies readonly Verb[];

/** An end user's name: only characters that a request can carry and D1 compares, or it could not be revoked. */
export const EndUserId = z
  .string()
  .min(1)
  .max(TOKEN.maxEndUserChars)
  .refine((text) => nameProblem(text) === undefined, {
    error: ({ input }) => nameProblem(String(input)),
  });

/** The threads that a token reaches: its end user's own, or a single one. */
export const ThreadBound = z.union([
  z.literal("own"),
  z.strictObject({ id: z.string().min(1).max(THREAD_ID_MAX_CHARS) }),
]);

/** The claims of a token; no other is allowed. Times are Unix seconds, as RFC 7519 has them. */
export const SessionTokenClaims = z
  .strictObject({
    /** The project. */
    aud: z.string().regex(HEX_20, "must be the id of a project: 20 hex digits"),
    /** The end user, in the customer's own naming. */
    sub: EndUserId,
    iat: z.number().positive(),
    exp: z.number().positive(),
    /** `own`: all threads of this end user; otherwise one thread, whoever owns it. */
    thread: ThreadBound,
    tools: z.array(z.string().regex(HEX_20, TOOL_ID_RULE)).max(TOKEN.maxTools),
    verbs: z.array(z.enum(VERBS)).max(VERBS.length),
    /**
     * Unix milliseconds: the signer knew all revocations up to this moment. A token without it is ended by
     * any revocation later than `TOKEN.clockSkewMs` before its `iat`.
     */
    after: z.number().nonnegative().optional(),
  })
  .refine(({ exp, iat }) => exp - iat <= TOKEN.maxLifeSeconds, {
    path: ["exp"],
    message: `must be at most ${TOKEN.maxLifeSeconds} s after iat`,
  })
  .refine(({ thread, verbs }) => thread === "own" || !verbs.includes("threads:create"), {
    path: ["verbs"],
    message: "threads:create cannot go with one thread",
  });
export type SessionTokenClaims = z.output<typeof SessionTokenClaims>;
