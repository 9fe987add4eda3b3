/** Projects and keys as the admin API reads and writes them. Times are ISO 8601. */
import * as z from "zod";

import { SCOPES } from "../../../domain/access/caller";
import { KEY, PAGE, PROJECT, RETENTION } from "../../../limits";
import type { ApiKey } from "../../../store/access/keys";
import type { Project } from "../../../store/projects/projects";
import { QuotasBody } from "../reply/usage-wire";
import { pageFields } from "../request/fields";

const TimeWire = z.iso.datetime({ precision: 3 });

/** The body that makes a project. */
export const CreateProjectBody = z
  .strictObject({ name: z.string().min(1).max(PROJECT.maxNameChars) })
  .meta({ id: "CreateProject", example: { name: "my-chatbot" } });

/** The query of the operator's list of projects. */
export const ListProjectsQuery = z.strictObject(
  pageFields({ default: PAGE.defaultItems, max: PAGE.maxSmallItems }),
);

/** The body that makes a key. */
export const CreateKeyBody = z
  .strictObject({
    name: z.string().min(1).max(KEY.maxNameChars),
    scopes: z
      .array(z.enum(SCOPES))
      .max(SCOPES.length)
      .min(1)
      .default([...SCOPES])
      .describe("What the key may do; all of it by default."),
    expires_at: z.iso
      .datetime({ offset: true, error: "must be an ISO 8601 time" })
      .refine((text) => Date.parse(text) > Date.now(), { error: "must be in the future" })
      .optional()
      .describe("From then on the key is refused."),
  })
  .meta({ id: "CreateKey", example: { name: "production", scopes: ["read", "write", "run"] } });

/** After how many idle days threads and runs are erased; null: never. */
export const RetentionBody = z
  .strictObject({
    keep_idle_days: z.int().min(1).max(RETENTION.maxDays).nullable().describe("Null: for ever."),
  })
  .meta({ id: "Retention", example: { keep_idle_days: 90 } });

/** What the project keeps. */
export const RetentionReply = z.strictObject({ retention: RetentionBody });

const ProjectWire = z
  .strictObject({
    id: z.string(),
    number: z.int().describe("What files show as `projectId`."),
    name: z.string(),
    created_at: TimeWire,
  })
  .meta({ id: "Project" });

const KeyWire = z
  .strictObject({
    id: z.string(),
    project_id: z.string(),
    name: z.string(),
    hint: z.string().describe("The key's last characters."),
    scopes: z.array(z.enum(SCOPES)),
    created_at: TimeWire,
    expires_at: TimeWire.nullable(),
    revoked_at: TimeWire.nullable(),
    last_used_at: TimeWire.nullable().describe("To the hour."),
  })
  .meta({ id: "Key" });

/** One project. */
export const ProjectReply = z.strictObject({ project: ProjectWire });
/** What an operator has set for a project, and no secret of it. */
export const ProjectSettingsReply = z
  .strictObject({
    project: ProjectWire,
    keep_idle_days: z.int().nullable().describe("Null: for ever."),
    quotas: QuotasBody,
  })
  .meta({ id: "ProjectSettings" });
/** A page of projects. */
export const ProjectListReply = z.strictObject({ projects: z.array(ProjectWire) });
/** The keys of a project, without their secrets. */
export const KeyListReply = z.strictObject({ keys: z.array(KeyWire) });
/** A new key with its secret, which is told this once. */
export const CreatedKeyReply = z.strictObject({
  key: KeyWire,
  secret: z
    .string()
    .describe("The key itself: shown this once.")
    .meta({ example: "sk-bob-V1StGXR8_Z5jdHi6B-myTV1StGXR8_Z5jdHi6B-m0h5ptq2" }),
});
/** The key that works no more. */
export const RevokedKeyReply = z.strictObject({
  message: z.literal("revoked"),
  keyId: z.string(),
});

/** A project as the operator sees it. */
export function presentProject(project: Project): z.output<typeof ProjectWire> {
  return {
    id: project.id,
    number: project.number,
    name: project.name,
    created_at: toIso(project.createdAtMs),
  };
}

/** A key without its secret. */
export function presentKey(key: ApiKey): z.output<typeof KeyWire> {
  return {
    id: key.id,
    project_id: key.projectId,
    name: key.name,
    hint: key.hint,
    scopes: [...key.scopes],
    created_at: toIso(key.createdAtMs),
    expires_at: toIsoOrNull(key.expiresAtMs),
    revoked_at: toIsoOrNull(key.revokedAtMs),
    last_used_at: toIsoOrNull(key.lastUsedAtMs),
  };
}

function toIso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

function toIsoOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : toIso(timeMs);
}
