/** What a run leaves as it ends: its status, messages, steps and traces, read off the object's tables. */
import { answeringActions } from "../../domain/access/answering-actions";
import { type Message, type MessageContext, newMessage } from "../../domain/message";
import type { FinalRunStatus, RunError, Usage } from "../../domain/run";
import { type RunStep, boundSteps } from "../../domain/runs/run-steps";
import { StepBook } from "../../domain/runs/step-book";
import type { Answer, EngineOutcome } from "../../engine/contract";
import { RUN, STEPS } from "../../limits";
import type { RunEnding } from "../../store/runs/run-records";
import type { Journal } from "../events/journal";
import type { Clock } from "../object/clock";
import type { PlannedRun } from "../object/run-blobs";
import type { RunMeter } from "../object/run-meter";
import type { RunRow, RunTable } from "./object-run-table";
import { keptTraces, partialTexts } from "./partial-text";
import { lastWaitOf, planOf } from "./planned-run";
import {
  actionsOfOwnMessages,
  citationsOfAnswer,
  cutBy,
  cutReplies,
  reasonOf,
  savedReplies,
  withAnswers,
} from "./reply-messages";
import { timingOf } from "./run-timing";
import { stepsInJournal } from "./steps-in-journal";

type Ended = Extract<EngineOutcome, { kind: "ended" }>;

/** How a run comes to its end. */
export interface Termination {
  status: FinalRunStatus;
  error: RunError | null;
  /** What the engine left, where it came to its end by itself. */
  ended?: Ended;
  usage?: Usage;
}

export interface EndingSources {
  table: RunTable;
  journal: Journal;
  clock: Clock;
  meter: Pick<RunMeter, "firstTokenAt">;
}

/** The whole end of a run, as it is to be recorded; nothing is written. */
export function composeEnding(
  sources: EndingSources,
  row: RunRow,
  termination: Termination,
): RunEnding {
  const { table, journal, clock } = sources;
  const plan = planOf(table, row.id);
  const endedAtMs = clock.now();
  const { status, error, ended, usage = lastWaitOf(table, row.id).usage } = termination;
  const isReadable = mayBeRead(journal, row.id, status);
  const isRolledBack = row.stop === "rollback" && status === "cancelled";
  const book = isReadable ? stepsOf(journal, row.id, status) : new StepBook();
  const { answers, ...outcome } = ended ?? {
    ...outcomeOf(journal, plan, isReadable, actionsOfOwnMessages(book.steps)),
    usage,
  };
  book.end(status, error, endedAtMs);
  const incomplete = ended?.incomplete ?? null;
  const messages = isRolledBack
    ? []
    : [
        ...messagesOf(plan, {
          answers,
          steps: book.steps,
          createdAtMs: endedAtMs,
          endedAtMs,
          incompleteReason: ended === undefined ? reasonOf(status) : cutBy(incomplete),
          supersededBy: row.stop === "interrupt" ? cutterOf(table, row.id) : null,
        }),
        ...cutReplies(plan, book.steps, endedAtMs),
      ];
  return {
    projectId: plan.request.projectId,
    runId: row.id,
    status,
    error,
    incomplete,
    startedAtMs: row.startedAtMs,
    endedAtMs,
    traces: outcome.traces,
    results: outcome.results,
    usage: outcome.usage,
    pendingCalls: [],
    steps: boundSteps(withAnswers(book.steps, plan, messages), STEPS),
    messages,
    withdrawnMessages: isRolledBack
      ? [...plan.inputMessages, ...savedReplies(plan, book.steps)]
      : [],
    timing: timingOf(sources, row.id),
  };
}

/** Id of the run that has cut the thread before what this run answers; null where none has. */
function cutterOf(table: RunTable, runId: string): string | null {
  const cutter = table.open().find(({ id }) => id !== runId && planOf(table, id).request.turn?.cut);
  return cutter?.id ?? null;
}

/** A run that has died twice may have died of what it had told: a long story of it is not read again. */
function mayBeRead(journal: Journal, runId: string, status: FinalRunStatus): boolean {
  return status !== "failed" || journal.chars(runId) <= RUN.liveTracesMaxChars;
}

/** Of a run that succeeded all replies have ended. */
function stepsOf(journal: Journal, runId: string, status: FinalRunStatus): StepBook {
  return stepsInJournal(journal, runId, status === "succeeded" ? "replies" : "pieces");
}

/** What readers had seen of a run that the engine did not end: of one stopped, expired or dead. */
function outcomeOf(
  journal: Journal,
  plan: PlannedRun,
  isReadable: boolean,
  saved: ReadonlySet<string>,
): Pick<Ended, "traces" | "results" | "answers"> {
  const { runId } = plan.request;
  const isShort = journal.chars(runId) <= RUN.liveTracesMaxChars;
  return {
    traces: isShort ? keptTraces(journal.events(runId, ["action-end"])) : [],
    results: null,
    answers: isReadable ? partialAnswers(journal, plan, saved) : [],
  };
}

/** The text that had been told, and no function call; messages already hold that of the actions `saved`. */
function partialAnswers(
  journal: Journal,
  { request, actions, reach: scope }: PlannedRun,
  saved: ReadonlySet<string>,
): (Answer | null)[] {
  const pieces = journal
    .events(request.runId, ["text-delta", "action-reset"])
    .filter(({ place }) => !saved.has(place.name));
  const answers = answeringActions(actions);
  // An end user must not come by the words of an inner action by stopping it in the middle.
  const isGuarded = scope.endUserId !== null || answers.size > 0;
  const kept = isGuarded ? pieces.filter(({ place }) => answers.has(place.name)) : pieces;
  return partialTexts(kept, request.inputs.length).map((content) =>
    content === null
      ? null
      : { role: "assistant", content, fileIds: [], metadata: null, parts: null },
  );
}

function messagesOf(
  plan: PlannedRun,
  {
    answers,
    steps,
    ...context
  }: { answers: readonly (Answer | null)[]; steps: readonly RunStep[] } & Pick<
    MessageContext,
    "createdAtMs" | "endedAtMs" | "incompleteReason" | "supersededBy"
  >,
): Message[] {
  const { request, answerIds } = plan;
  const { toolId, toolName, runId } = request;
  const writtenBy = { toolId, toolName, runId };
  return (request.threadIds ?? []).flatMap((threadId, row) => {
    const answer = answers[row] ?? null;
    const id = answerIds[row];
    if (answer === null || id === undefined) {
      return [];
    }
    const citations = citationsOfAnswer(steps, plan, { row, text: answer.content });
    return [newMessage({ ...answer, id }, { threadId, writtenBy, citations, ...context })];
  });
}
