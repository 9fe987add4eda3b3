/** The events of a run's stream, as `/api/sdk` tells them. */
import type { Reply } from "./call";

type Run = Reply<"GET /api/sdk/p/{project_id}/a/{tool_id}/r/{run_id}">["run"];
type Message = Reply<"GET /api/sdk/threads/{thread_id}/messages">["list"][number];

/** Which action tells. */
interface Place {
  block_type: string;
  block_name: string;
  /** The row of the input, from 0. */
  input_index: number;
  map: { name: string; iteration: number } | null;
}

export type RunEvent =
  | {
      type: "run_status";
      content: { status: string; run_id: string; error?: { code: string; message: string } };
    }
  | {
      type: "block_status";
      content: {
        block_type: string;
        name: string;
        status: "running" | "succeeded" | "errored";
        success_count: number;
        error_count: number;
      };
    }
  | {
      type: "block_execution";
      content: {
        block_type: string;
        block_name: string;
        execution: { value: unknown; error: string | null }[][];
      };
    }
  | { type: "tokens"; content: Place & { tokens: { text: string } } }
  | { type: "function_call"; content: Place & { function_call: { name: string } } }
  | { type: "function_call_arguments_tokens"; content: Place & { tokens: { text: string } } }
  /** What the action has told since it began is withdrawn, and told anew. */
  | { type: "reset"; content: Place }
  /** Answer by `POST …/r/{run_id}/submit`; the stream goes on then. */
  | { type: "required_action"; content: NonNullable<Run["required_action"]> }
  | { type: "error"; content: { code: string; message: string } }
  /** The last one. */
  | { type: "final"; content: null };

/** Of a thread's stream: messages, and what runs tell, with the run's id. */
export type ThreadEvent = { type: "message"; content: Message } | (RunEvent & { run_id: string });
