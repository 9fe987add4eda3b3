/** What is kept beside a run, as JSON, until it has ended. */
import type { AccessScope } from "../../domain/access/caller";
import type { Message } from "../../domain/message";
import type { PendingCall, RunRequest, Usage } from "../../domain/run";
import type { RunTiming } from "../../domain/runs/run-values";
import type { ActionDefinition, RunConfig } from "../../domain/tool";
import type { RunEnding } from "../../store/runs/run-records";
import type { StartRun } from "./protocol";

export interface RunBlobs {
  plan: PlannedRun;
  wait: Wait;
  ending: RunEnding;
}

/** What a run was asked. */
export interface PlannedRun {
  request: RunRequest;
  actions: ActionDefinition[];
  config: RunConfig;
  inputMessages: Message[];
  /** Under which the row's answer is saved, fixed before the work begins: never twice. */
  answerIds: string[];
  reach: AccessScope;
  openFiles?: StartRun["openFiles"];
  assumed?: StartRun["assumed"];
  /** Host, with its port if it names one, under which the service was called. */
  ownHost: string;
}

/** What the engine left when the run last came to wait for its client. */
export interface Wait {
  calls: PendingCall[];
  usage: Usage;
  /** How the run was served until it first came to wait. Absent from waits of an earlier release. */
  timing?: RunTiming;
}
