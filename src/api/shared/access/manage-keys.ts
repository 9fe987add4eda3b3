/** Keys of a project, for its operator and for its own admin keys alike. */
import type * as z from "zod";

import { newApiKey } from "../../../domain/access/api-key";
import { newKeyId } from "../../../domain/ids";
import { createKey, revokeKey } from "../../../store/access/keys";
import type { ControlDatabase } from "../../../store/sql/databases";
import { unwrap } from "../reply/fail";
import { invalidateKey } from "./authenticate";
import {
  type CreateKeyBody,
  type CreatedKeyReply,
  type RevokedKeyReply,
  presentKey,
} from "./key-wire";

/** Makes a key of the project and tells its secret, this once. */
export async function issueKey(
  db: ControlDatabase,
  projectId: string,
  { name, scopes, expires_at: expiresAt }: z.output<typeof CreateKeyBody>,
): Promise<z.output<typeof CreatedKeyReply>> {
  const secret = newApiKey();
  const key = await createKey(db, {
    projectId,
    id: newKeyId(),
    name,
    secret,
    scopes,
    expiresAtMs: expiresAt === undefined ? null : Date.parse(expiresAt),
    nowMs: Date.now(),
  });
  return { key: presentKey(unwrap(key)), secret };
}

/** At once in this isolate, in the others once they ask again. */
export async function killKey(
  db: ControlDatabase,
  projectId: string,
  keyId: string,
): Promise<z.output<typeof RevokedKeyReply>> {
  const revoked = await revokeKey(db, { projectId, id: keyId, nowMs: Date.now() });
  const { id, hash } = unwrap(revoked);
  invalidateKey(hash);
  return { message: "revoked", keyId: id };
}
