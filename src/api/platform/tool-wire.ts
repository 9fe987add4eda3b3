/** Tools and their versions as this dialect reads and writes them. */
import * as z from "zod";

import {
  DEFAULT_VERSIONS,
  type DeployedVersion,
  type Tool,
  type VersionSelector,
} from "../../domain/tool";
import { ActionDocument, OpenDocument } from "../../engine/check-definition";
import { PAGE, TOOL } from "../../limits";
import { toSeconds } from "../shared/reply/seconds";
import { MetadataField, pageFields, queryInteger, queryIntegerOr } from "../shared/request/fields";

/** Its rules are the engine's: see `check-definition`. */
const ActionsField = z
  .array(z.record(z.string(), z.unknown()))
  .max(TOOL.maxActions)
  .min(1)
  .describe("The tool's actions, run in this order; the first is INPUT, the last OUTPUT.")
  .meta({
    document: z.array(ActionDocument),
    example: [
      { name: "INPUT", type: "input" },
      { name: "HISTORY", type: "thread", config: { limit: 10 } },
      {
        name: "MODEL_CALL",
        type: "chat",
        spec: { messages: "{{ HISTORY.messages }}" },
        config: { provider_id: "offline", model_id: "offline" },
      },
      { name: "OUTPUT", type: "output" },
    ],
  });

/** Judged together with the actions that it names. */
const OpenField = z
  .record(z.string(), z.unknown())
  .optional()
  .describe("What session tokens may do and see beyond what every token may.")
  .meta({ document: OpenDocument });

const NameField = z.string().min(1).max(TOOL.maxNameChars).meta({ example: "chat" });
const DescriptionField = z.string().max(TOOL.maxDescriptionChars);

const DefaultVersionField = z
  .enum(DEFAULT_VERSIONS)
  .describe("Which version runs take that name none: the newest deploy, or the live version.");

/** Said by every reply to a deploy or a roll-back: it may not have changed what runs take. */
const RunsWithoutVersion = z
  .string()
  .describe("What runs take that name no version: `latest (v4)` or `live (v2)`.");

export const CreateToolBody = z.strictObject({
  name: NameField,
  description: DescriptionField.optional(),
  metadata: MetadataField.optional().describe("Your own words about the tool."),
  default_version: DefaultVersionField.default("latest").meta({ example: "live" }),
  actions: ActionsField,
  open: OpenField,
});

export const UpdateToolBody = z.strictObject({
  name: z.string().min(1).max(TOOL.maxNameChars).optional(),
  description: DescriptionField.nullable()
    .optional()
    .describe("Null takes it away.")
    .meta({ example: "Answers from the thread so far." }),
  metadata: MetadataField.nullable()
    .optional()
    .describe("Replaces the whole of it; null takes it away."),
  live_version: z
    .int()
    .min(1)
    .optional()
    .describe(
      "Promotes this version to `live`, or rolls back to it. Runs that name no version follow it where `default_version` is `live`.",
    ),
  default_version: DefaultVersionField.optional(),
});

export const DeployVersionBody = z.strictObject({
  actions: ActionsField,
  open: OpenField,
  live: z.boolean().default(false).describe("Makes the new version the live one at once."),
});

export const ListToolsQuery = z.strictObject(
  pageFields({ default: PAGE.maxSmallItems, max: PAGE.maxSmallItems }),
);

export const ListVersionsQuery = z.strictObject({
  limit: queryIntegerOr(PAGE.maxSmallItems, { min: 1, max: PAGE.maxSmallItems }).describe(
    "How many to return.",
  ),
  before: queryInteger({ min: 1 }).optional().describe("Only versions older than this one."),
});

export const ToolWire = z
  .strictObject({
    id: z.string(),
    project_id: z.string(),
    name: z.string(),
    description: z.string().optional(),
    metadata: MetadataField.optional().describe("Absent where there is none."),
    latest_version: z.int(),
    live_version: z.int(),
    default_version: DefaultVersionField,
    created_at: z.int().describe("Unix seconds."),
    updated_at: z.int().describe("Unix seconds."),
  })
  .meta({ id: "Tool" });

export const ToolReply = z.strictObject({
  tool: ToolWire,
  runs_without_version_use: RunsWithoutVersion,
});
export const ToolListReply = z.strictObject({ tools: z.array(ToolWire) });
export const DeployedReply = z.strictObject({
  tool: ToolWire,
  version: z.int().describe("The number of the new version."),
  runs_without_version_use: RunsWithoutVersion,
  warnings: z
    .array(z.string())
    .optional()
    .describe("Knowledge that it names and that is not there yet."),
});
export const ToolDeletedReply = z.strictObject({
  message: z.literal("deleted"),
  toolId: z.string(),
});

export const VersionListReply = z.strictObject({
  versions: z.array(
    z.strictObject({
      version: z.int(),
      live: z.boolean(),
      created_at: z.int().describe("Unix seconds."),
    }),
  ),
});

export const VersionWire = z
  .strictObject({
    tool_id: z.string(),
    version: z.int(),
    created_at: z.int().describe("Unix seconds."),
    actions: z.array(z.record(z.string(), z.unknown())).describe("As deployed."),
    open: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("What it opens to session tokens; absent where nothing."),
  })
  .meta({ id: "ToolVersion" });

export function presentTool(tool: Tool): z.output<typeof ToolWire> {
  return {
    id: tool.id,
    project_id: tool.projectId,
    name: tool.name,
    ...(tool.description === null ? {} : { description: tool.description }),
    ...(tool.metadata === null ? {} : { metadata: tool.metadata }),
    latest_version: tool.latestVersion,
    live_version: tool.liveVersion,
    default_version: tool.defaultVersion,
    created_at: toSeconds(tool.createdAtMs),
    updated_at: toSeconds(tool.updatedAtMs),
  };
}

export function presentVersion(version: DeployedVersion): z.output<typeof VersionWire> {
  return {
    tool_id: version.toolId,
    version: version.version,
    created_at: toSeconds(version.createdAtMs),
    actions: version.actions.map((action) => ({ ...action })),
    ...(Object.keys(version.open).length === 0 ? {} : { open: { ...version.open } }),
  };
}

/** What a path says after `/v/`; undefined where it is none of the three forms. */
export function readSelector(text: string): VersionSelector | undefined {
  if (text === "latest" || text === "live") {
    return text;
  }
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

export function presentToolReply(tool: Tool): z.output<typeof ToolReply> {
  const { defaultVersion, latestVersion, liveVersion } = tool;
  const version = defaultVersion === "live" ? liveVersion : latestVersion;
  return {
    tool: presentTool(tool),
    runs_without_version_use: `${defaultVersion} (v${version})`,
  };
}

/** What a deploy answers. @param warnings Of its definition. */
export function presentDeployedWith(warnings: readonly string[]) {
  return (tool: Tool): z.output<typeof DeployedReply> => ({
    ...presentToolReply(tool),
    version: tool.latestVersion,
    ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
  });
}
