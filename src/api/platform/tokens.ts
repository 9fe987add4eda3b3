import { type Context, Hono } from "hono";
import * as z from "zod";

import { VERB_SCOPES } from "../../domain/access/caller";
import {
  CHAT_VERBS,
  EndUserId,
  type SessionTokenClaims,
  ThreadBound,
  VERBS,
} from "../../domain/access/session-token";
import { HEX_20, TOOL_ID_RULE } from "../../domain/ids";
import { TOKEN } from "../../limits";
import { SECOND_MS } from "../../limits/units";
import {
  type SigningSecret,
  listSigningSecrets,
  retireSigningSecret,
  revokeTokens,
  rotateSigningSecret,
  secretForMinting,
} from "../../store/access/signing-secrets";
import { controlDatabase, databaseOf } from "../../store/sql/databases";
import { lackingTools } from "../../store/tools/tools";
import { signSessionToken } from "../shared/access/signed-token";
import type { AppEnv } from "../shared/app-env";
import { operation, reply } from "../shared/operation";
import { fail } from "../shared/reply/fail";

const MintTokenBody = z
  .strictObject({
    end_user_id: EndUserId.describe("The person the token is for, in your own naming."),
    thread: ThreadBound.default("own").describe(
      "`own`: the threads made for this end user, and new ones; or one thread by its id.",
    ),
    tools: z
      .array(z.string().regex(HEX_20, TOOL_ID_RULE))
      .max(TOKEN.maxTools)
      .default([])
      .describe("The tools it may run."),
    verbs: z
      .array(z.enum(VERBS))
      .min(1)
      .max(VERBS.length)
      .optional()
      .describe("What it may do; by default what a chat needs."),
    expires_in: z
      .int()
      .min(1)
      .max(TOKEN.maxLifeSeconds)
      .default(TOKEN.defaultLifeSeconds)
      .describe("Seconds."),
  })
  .meta({ id: "MintToken", example: { end_user_id: "user_42", tools: ["f4222f209267e5b24cda"] } });

const MintedTokenWire = z
  .strictObject({
    token: z.string(),
    expires_at: z.int().describe("Unix seconds."),
    claims: z.record(z.string(), z.unknown()).describe("What the token says."),
  })
  .meta({ id: "MintedToken" });

const SigningSecretWire = z
  .strictObject({
    id: z.string().describe("The `kid` of the tokens that it signs."),
    created_at: z.int().describe("Unix seconds."),
    retires_at: z.int().nullable().describe("Unix seconds; null while it signs."),
    secret: z.string().optional().describe("Shown once, when it is made."),
  })
  .meta({ id: "SigningSecret" });

export const tokens = new Hono<AppEnv>()
  .post(
    "/tokens",
    operation({
      id: "mintToken",
      tag: "Tokens",
      summary: "Mint a session token",
      description:
        "A short-lived token for a browser or an app. It does what its verbs list, on the threads and tools it names, and nothing else. The key that mints it must itself have the scopes behind the verbs.",
      retry: "never",
      access: "write",
      body: MintTokenBody,
      reply: MintedTokenWire,
    }),
    async (c) => {
      const { caller } = c.var;
      const { end_user_id: sub, thread, tools, verbs, expires_in: life } = c.req.valid("json");
      const granted = verbs ?? CHAT_VERBS.filter((verb) => mayGoWith(verb, thread));
      refuseVerbs(granted, thread, caller.kind === "key" ? caller.scopes : []);
      await refuseLackingTools(c, tools);
      const nowMs = Date.now();
      const signing = await secretForMinting(controlDatabase(c.env), caller.projectId, sub, nowMs);
      const iat = Math.floor(nowMs / SECOND_MS);
      const claims: SessionTokenClaims = {
        aud: caller.projectId,
        sub,
        iat,
        exp: iat + life,
        thread,
        tools,
        verbs: [...granted],
        ...(signing.notBeforeMs === 0 ? {} : { after: signing.notBeforeMs }),
      };
      const token = await signSessionToken(claims, signing);
      return reply(c, { token, expires_at: claims.exp, claims });
    },
  )
  .post(
    "/tokens/revoke",
    operation({
      id: "revokeTokens",
      tag: "Tokens",
      summary: "Revoke all tokens of an end user or of the project",
      description: `Tokens issued up to now are refused everywhere within a minute; \`all\`, in place of an end user, means those of the whole project. Tokens that your own backend signs are refused for another ${TOKEN.clockSkewMs / SECOND_MS} s, because its clock may run ahead, unless they claim \`after\`: the time of signing in Unix milliseconds.`,
      access: "admin",
      body: z
        .strictObject({
          end_user_id: EndUserId.optional().describe("Whose tokens."),
          all: z.literal(true).optional().describe("Those of every end user of the project."),
        })
        .refine(({ end_user_id: user, all }) => (user === undefined) !== (all === undefined), {
          error: "must have one of end_user_id (whose tokens) and all: true (everybody's)",
        })
        .meta({ id: "RevokeTokens", example: { end_user_id: "user_42" } }),
      reply: z.strictObject({ message: z.literal("revoked") }),
    }),
    async (c) => {
      const { end_user_id: endUserId = null } = c.req.valid("json");
      await revokeTokens(controlDatabase(c.env), c.var.caller.projectId, endUserId, Date.now());
      return reply(c, { message: "revoked" });
    },
  )
  .post(
    "/signing-secrets",
    operation({
      id: "rotateSigningSecret",
      tag: "Tokens",
      summary: "Make a new signing secret",
      description:
        "It signs from now on; the tokens of those before it stay good for the overlap. Give it to your backend to mint tokens without a call.",
      retry: "never",
      access: "admin",
      body: z
        .strictObject({
          overlap: z
            .int()
            .min(0)
            .max(TOKEN.maxOverlapSeconds)
            .default(TOKEN.defaultOverlapSeconds)
            .describe("Seconds."),
        })
        .meta({
          id: "RotateSigningSecret",
          example: { overlap: TOKEN.defaultOverlapSeconds },
        }),
      reply: SigningSecretWire,
    }),
    async (c) => {
      const nowMs = Date.now();
      const made = await rotateSigningSecret(controlDatabase(c.env), c.var.caller.projectId, {
        nowMs,
        retireOthersAtMs: nowMs + c.req.valid("json").overlap * SECOND_MS,
      });
      return reply(c, { ...presentSecret(made), secret: made.secret });
    },
  )
  .get(
    "/signing-secrets",
    operation({
      id: "listSigningSecrets",
      tag: "Tokens",
      summary: "List signing secrets",
      description: "Without the secrets themselves.",
      access: "admin",
      reply: z.strictObject({ list: z.array(SigningSecretWire) }),
    }),
    async (c) => {
      const secrets = await listSigningSecrets(controlDatabase(c.env), c.var.caller.projectId);
      return reply(c, { list: secrets.map(presentSecret) });
    },
  )
  .delete(
    "/signing-secrets/:secret_id",
    operation({
      id: "retireSigningSecret",
      tag: "Tokens",
      summary: "Retire a signing secret at once",
      description: "All tokens that it signed are refused everywhere within a minute.",
      access: "admin",
      reply: z.strictObject({ message: z.literal("deleted"), secretId: z.string() }),
      failures: ["not_found"],
    }),
    async (c) => {
      const id = c.req.param("secret_id");
      if (
        !(await retireSigningSecret(controlDatabase(c.env), c.var.caller.projectId, id, Date.now()))
      ) {
        fail({ kind: "not_found", entity: "signing_secret", id });
      }
      return reply(c, { message: "deleted", secretId: id });
    },
  );

function presentSecret({ id, createdAtMs, retiresAtMs }: SigningSecret) {
  return {
    id,
    created_at: Math.floor(createdAtMs / SECOND_MS),
    retires_at: retiresAtMs === null ? null : Math.floor(retiresAtMs / SECOND_MS),
  };
}

/** A token for a tool that is not there would be found out by an end user, as a 404. */
async function refuseLackingTools(c: Context<AppEnv>, tools: readonly string[]): Promise<void> {
  const { projectId } = c.var.caller;
  const lacking =
    tools.length === 0 ? [] : await lackingTools(databaseOf(c.env, c.var.caller), projectId, tools);
  const issues = lacking.map((id) => ({
    path: ["tools", tools.indexOf(id)],
    message: "is no tool of this project",
  }));
  if (issues.length > 0) {
    fail({ kind: "invalid", where: "body", issues });
  }
}

type Verbs = SessionTokenClaims["verbs"];

function mayGoWith(verb: Verbs[number], thread: SessionTokenClaims["thread"]): boolean {
  return thread === "own" || verb !== "threads:create";
}

function refuseVerbs(
  verbs: readonly Verbs[number][],
  thread: SessionTokenClaims["thread"],
  scopes: readonly string[],
): void {
  const unfit = verbs.find((verb) => !mayGoWith(verb, thread));
  if (unfit !== undefined) {
    const issue = { path: ["verbs"], message: `${unfit} cannot go with one thread` };
    fail({ kind: "invalid", where: "body", issues: [issue] });
  }
  const beyond = verbs.find((verb) => !scopes.includes(VERB_SCOPES[verb]));
  if (beyond !== undefined) {
    fail({ kind: "forbidden", needs: VERB_SCOPES[beyond] });
  }
}
