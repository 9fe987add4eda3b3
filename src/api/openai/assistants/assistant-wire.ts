/** Assistants as this dialect reads and writes them. */
import * as z from "zod";

import { TOOL } from "../../../limits";
import type { DeployedTool } from "../../../store/tools/deployed-tools";
import { toSeconds } from "../../shared/reply/seconds";
import { MetadataField } from "../../shared/request/fields";
import { Seconds, deletedOf, listOf, listQuery, optional } from "../fields";
import { toWireId } from "../ids";
import { ToolResourcesField } from "../tool-resources";
import { modelFields } from "./model-fields";
import { shownAssistant } from "./shown-settings";
import { ToolsField, ToolsWire } from "./tool-fields";

const NAME_MAX_CHARS = 256;
const DESCRIPTION_MAX_CHARS = 512;

const assistantFields = {
  name: optional(z.string().max(NAME_MAX_CHARS)).meta({ examples: ["Tutor"] }),
  description: optional(z.string().max(Math.min(DESCRIPTION_MAX_CHARS, TOOL.maxDescriptionChars))),
  ...modelFields,
  tools: optional(ToolsField),
  tool_resources: optional(ToolResourcesField),
};

const ModelField = z.string().min(1).meta({ example: "offline" });

export const CreateAssistantBody = z.strictObject({ model: ModelField, ...assistantFields });
export type AssistantFields = Omit<z.output<typeof CreateAssistantBody>, "model">;

export const UpdateAssistantBody = z.strictObject({
  model: optional(ModelField),
  ...assistantFields,
  version: optional(z.int().min(1)).describe("Bobbin's: makes this version the one that is run."),
});

export const ListAssistantsQuery = listQuery({});

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
    tool_resources: z.strictObject({}),
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
    tool_resources: {},
    metadata: {},
    version: defaultVersion === "live" ? liveVersion : latestVersion,
  };
}
