/** For the document: what is streamed instead of the JSON of a run. */
const CONTENT = {
  "text/event-stream": {
    schema: { type: "string", description: "With `stream`: one `event:` and `data:` each." },
  },
  "application/x-ndjson": {
    schema: { type: "string", description: "The same with `Accept`: `{event, data}` a line." },
  },
};

export const EVENT_STREAM = { responses: { 200: { content: CONTENT } } };
