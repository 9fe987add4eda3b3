import { AssistantsStreamEvent } from "./stream-events";

const CONTENT = {
  "application/x-ndjson": {
    schema: { type: "string", description: "The same with `Accept`: `{event, data}` a line." },
  },
};

/** What is streamed instead of the JSON of a run, with `stream`. */
export const EVENT_STREAM = {
  events: AssistantsStreamEvent,
  document: { responses: { 200: { content: CONTENT } } },
};
