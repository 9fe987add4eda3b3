/** Assistants as this dialect reads and writes them. */
import * as z from "zod";

import { TOOL } from "../../../limits";
import type { DeployedTool, ListedVersion } from "../../../store/tools/deployed-tools";
import { toSeconds } from "../../shared/reply/seconds";
import { MetadataField } from "../../shared/request/fields";
import { MetadataInput, Seconds, deletedOf, listOf, listQuery, optional } from "../fields";
import { toWireId } from "../ids";
import { NewResourcesField, ToolResourcesField, ToolResourcesWire } from "../tool-resources";
import { modelFields } from "./model-fields";
import { shownAssistant } from "./shown-settings";
import { ToolsField, ToolsWire } from "./tool-fields";

const DESCRIPTION_MAX_CHARS = 512;

const assistantFields = {
  name: optional(z.string().max(TOOL.maxNameChars)).meta({ examples: ["Tutor"] }),
  description: optional(z.string().max(DESCRIPTION_MAX_CHARS)),
  ...modelFields,
  tools: optional(ToolsField),
  tool_resources: optional(ToolResourcesField),
  metadata: MetadataInput,
};

const ModelField = z.string().min(1).meta({ example: "offline" });

export const CreateAssistantBody = z.strictObject({
  model: ModelField,
  ...assistantFields,
  tool_resources: optional(NewResourcesField),
});
export type AssistantFields = Omit<z.output<typeof CreateAssistantBody>, "model">;

export const UpdateAssistantBody = z
  .strictObject({
    model: optional(ModelField),
    ...assistantFields,
    version: optional(z.int().min(1)).describe(
      "Bobbin's: makes this version the one that is run. Goes with what no version holds: name, description and metadata.",
    ),
  })
  .refine(
    ({ version, name: _name, description: _description, metadata: _metadata, ...made }) =>
      !version || Object.values(made).every((value) => value === undefined),
    { path: ["version"], message: "names a version that is there: send changes without it" },
  );

export const ListAssistantsQuery = listQuery({});
export const ListVersionsQuery = listQuery({});

export const AssistantWire = z
  .strictObject({
    id: z.string(),
    object: z.literal("assistant"),
    created_at: Seconds,
    name: z.string().nullable(),
    description: z.string().nullable(),
    model: z.string(),
    instructions: z.string().nullable(),
    tools: ToolsWire,
    tool_resources: ToolResourcesWire,
    metadata: MetadataField,
    temperature: z.number().nullable(),
    top_p: z.number().nullable(),
    response_format: z.unknown(),
    version: z.int().describe("Bobbin's: the one that is run."),
  })
  .meta({ id: "Assistant" });

export const AssistantListWire = listOf(AssistantWire);
export const AssistantDeletedWire = deletedOf("assistant.deleted");

export function presentAssistant(tool: DeployedTool): z.output<typeof AssistantWire> {
  const { defaultVersion, liveVersion, latestVersion } = tool;
  return {
    id: toWireId("assistant", tool.id),
    object: "assistant",
    created_at: toSeconds(tool.createdAtMs),
    name: tool.name === "" ? null : tool.name,
    description: tool.description,
    ...shownAssistant(tool.actions),
    metadata: tool.metadata ?? {},
    version: defaultVersion === "live" ? liveVersion : latestVersion,
  };
}

/** As those see it who may run it and no more: none of its insides. */
export function presentClosedAssistant(tool: DeployedTool): z.output<typeof AssistantWire> {
  return { ...presentAssistant({ ...tool, actions: [], metadata: null }), model: "" };
}

const VersionWire = z
  .strictObject({
    id: z.string().describe("The version's number, by which the list is paged."),
    object: z.literal("assistant.version"),
    created_at: Seconds,
    assistant_id: z.string(),
    version: z.int(),
    model: z.string(),
    instructions: z.string().nullable(),
    tools: ToolsWire,
    temperature: z.number().nullable(),
    top_p: z.number().nullable(),
    response_format: z.unknown(),
  })
  .meta({
    id: "AssistantVersion",
    description: "Bobbin's: what an assistant said of itself once.",
  });

export const VersionListWire = listOf(VersionWire);

export function presentVersion(
  toolId: string,
  { id, version, actions, createdAtMs }: ListedVersion,
): z.output<typeof VersionWire> {
  return {
    id,
    object: "assistant.version",
    created_at: toSeconds(createdAtMs),
    assistant_id: toWireId("assistant", toolId),
    version,
    ...shownAssistant(actions),
  };
}
