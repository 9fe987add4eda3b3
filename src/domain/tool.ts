/** A tool, its versions and the definition that a version holds. The rules are in `engine/check-definition.ts`. */

import type { OpenToTokens } from "./access/open-to-tokens";
import type { Metadata } from "./metadata";

/** The action types, in the order in which the contract lists them. */
export const ACTION_TYPES = [
  "input",
  "thread",
  "file",
  "data",
  "knowledge",
  "code",
  "chat",
  "model",
  "curl",
  "browser",
  "tool",
  "if",
  "loop",
  "map",
  "return",
  "output",
] as const;
/** One of `ACTION_TYPES`. */
export type ActionType = (typeof ACTION_TYPES)[number];

/** One action of a definition, as stored: checked at deploy, so its spec and config are facts. */
export interface ActionDefinition {
  name: string;
  type: ActionType;
  spec?: Record<string, unknown> | undefined;
  config?: Record<string, unknown> | undefined;
  /** The body of `if`, `loop` and `map`. */
  actions?: ActionDefinition[] | undefined;
  /** The other branch of `if`. */
  else?: ActionDefinition[] | undefined;
}

/** `{ACTION: {…}}`: what a run changes of the default configs. */
export type RunConfig = Record<string, Record<string, unknown>>;

/** A tool, without the actions of its versions. */
export interface Tool {
  id: string;
  projectId: string;
  /** Empty where it was given none. */
  name: string;
  description: string | null;
  metadata: Metadata | null;
  latestVersion: number;
  liveVersion: number;
  defaultVersion: DefaultVersion;
  createdAtMs: number;
  updatedAtMs: number;
}

/** What decides which version of a tool a run takes. */
export interface ToolState {
  latestVersion: number;
  liveVersion: number;
  defaultVersion: DefaultVersion;
}

/** One deploy of a tool, which never changes. */
export interface ToolVersion {
  toolId: string;
  version: number;
  actions: ActionDefinition[];
  createdAtMs: number;
}

/** With what those may ask of it who run it. */
export interface DeployedVersion extends ToolVersion {
  open: OpenToTokens;
}

/** What a run takes that names no version: the newest deploy, or the live one. */
export const DEFAULT_VERSIONS = ["latest", "live"] as const;
/** Which version of a tool runs take that name none. */
export type DefaultVersion = (typeof DEFAULT_VERSIONS)[number];

/** How a request names a version; `default` stands for one that names none. */
export type VersionSelector = number | DefaultVersion | "default";
