import { Hono } from "hono";
import * as z from "zod";

import { newApiKey } from "../../domain/access/api-key";
import { newKeyId } from "../../domain/ids";
import { KEY } from "../../limits";
import { SECOND_MS } from "../../limits/units";
import { listKeys, rotateKey } from "../../store/access/keys";
import { controlDatabase } from "../../store/sql/databases";
import { invalidateKey } from "../shared/access/authenticate";
import {
  CreateKeyBody,
  CreatedKeyReply,
  KeyListReply,
  RevokedKeyReply,
  presentKey,
} from "../shared/access/key-wire";
import { issueKey, killKey } from "../shared/access/manage-keys";
import type { AppEnv } from "../shared/app-env";
import { operation, reply } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";

const tag = "Keys";

const RotateKeyBody = z
  .strictObject({
    overlap: z
      .int()
      .min(0)
      .max(KEY.maxOverlapSeconds)
      .default(KEY.defaultOverlapSeconds)
      .describe("Seconds for which the old key stays good."),
  })
  .meta({ id: "RotateKey", example: { overlap: KEY.defaultOverlapSeconds } });

export const keys = new Hono<AppEnv>()
  .post(
    "/keys",
    operation({
      id: "createOwnKey",
      tag,
      summary: "Create a key of this project; the key itself is shown this once",
      access: "admin",
      retry: "never",
      body: CreateKeyBody,
      reply: CreatedKeyReply,
    }),
    async (c) => {
      return reply(
        c,
        await issueKey(controlDatabase(c.env), c.var.caller.projectId, c.req.valid("json")),
      );
    },
  )
  .get(
    "/keys",
    operation({
      id: "listOwnKeys",
      tag,
      summary: "List this project's keys, the newest first, revoked ones included",
      access: "admin",
      reply: KeyListReply,
    }),
    async (c) => {
      const listed = await listKeys(controlDatabase(c.env), c.var.caller.projectId);
      return reply(c, { keys: unwrap(listed).map(presentKey) });
    },
  )
  .post(
    "/keys/:key_id/rotate",
    operation({
      id: "rotateOwnKey",
      tag,
      summary: "Replace a key by a new one of the same name, scopes and end",
      description: "The old key stays good for the overlap. The new one is shown this once.",
      access: "admin",
      retry: "never",
      body: RotateKeyBody,
      reply: CreatedKeyReply,
    }),
    async (c) => {
      const nowMs = Date.now();
      const secret = newApiKey();
      const rotated = await rotateKey(controlDatabase(c.env), {
        projectId: c.var.caller.projectId,
        id: c.req.param("key_id"),
        newId: newKeyId(),
        secret,
        oldExpiresAtMs: nowMs + c.req.valid("json").overlap * SECOND_MS,
        nowMs,
      });
      const { key, oldHash } = unwrap(rotated);
      invalidateKey(oldHash);
      return reply(c, { key: presentKey(key), secret });
    },
  )
  .delete(
    "/keys/:key_id",
    operation({
      id: "revokeOwnKey",
      tag,
      summary: "Revoke a key: dead everywhere within a minute",
      access: "admin",
      reply: RevokedKeyReply,
    }),
    async (c) => {
      return reply(
        c,
        await killKey(controlDatabase(c.env), c.var.caller.projectId, c.req.param("key_id")),
      );
    },
  );
