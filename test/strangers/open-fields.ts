/**
 * All that a session token may send to a tool whose version opens nothing: operation by operation,
 * place by place, each with the reason why an end user may say it. What is not here must be refused
 * by name. A choice from a list is named with its value, so that a new choice is closed as well.
 */
type Places = Record<string, string>;

const at = (prefix: string, places: Places): Places =>
  Object.fromEntries(Object.entries(places).map(([place, why]) => [prefix + place, why]));

/** Begins the reason of a place that takes anything and does nothing. */
export const INERT = "Inert: ";

const METADATA: Places = { "metadata.*": "Names and values of its own thread or message." };

const PAGE: Places = {
  "query.limit": "How much of what it may read.",
  "query.order=asc": "In which order.",
  "query.order=desc": "In which order.",
  "query.after": "A place among what it may read.",
  "query.before": "A place among what it may read.",
};

const RANGE = (name: string): Places =>
  Object.fromEntries(
    ["gt", "gte", "lt", "lte"].map((end) => [
      `query.${name}.${end}`,
      "Narrows what it may read by when that was written.",
    ]),
  );

const THREAD_FILTER: Places = {
  ...PAGE,
  ...RANGE("created_at"),
  ...RANGE("updated_at"),
  "query.agent_id": "Narrows its own threads.",
  "query.participant_id": "Narrows its own threads.",
  "query.metadata.*": "Narrows its own threads.",
};

const MESSAGE: Places = {
  "role=user": "An end user speaks as the user.",
  content: "What the end user says.",
  "file_ids.0": "Files in its reach; others are like none.",
  ...METADATA,
  "parts.0.type=text": "What the end user says, in parts.",
  "parts.0.text": "What the end user says.",
  "parts.0.type=image_url": "An address that no run fetches: it is handed to the model.",
  "parts.0.url": "Handed on as it is.",
  "parts.0.detail": "A hint for the model that looks.",
  "parts.0.type=blob": "Bytes of the end user's own.",
  "parts.0.mime_type": "Says what they are.",
  "parts.0.type=image_file": "A file in its reach; others are like none.",
  "parts.0.file_id": "A file in its reach; others are like none.",
  "parts.0.type=file": "A file in its reach; others are like none.",
  "parts.0.id": "A file in its reach; others are like none.",
  "parts.0.name": "What it calls the file.",
  "parts.0.type=link": "An address that no run fetches.",
  "parts.0.title": "What it calls the link.",
  "parts.0.type=table": "Figures of the end user's own.",
  "parts.0.columns.0": "Figures of the end user's own.",
  "parts.0.data.0.0": "Figures of the end user's own.",
};

/** In OpenAI's dialect null stands for a field that is not said. */
const unsaid = (...places: string[]): Places =>
  Object.fromEntries(places.map((place) => [`${place}=null`, "As if it were not said."]));

const ASSISTANTS_METADATA: Places = { ...METADATA, ...unsaid("metadata") };

const ASSISTANTS_RESOURCES = unsaid(
  "tool_resources",
  "tool_resources.code_interpreter",
  "tool_resources.code_interpreter.file_ids",
  "tool_resources.file_search",
  "tool_resources.file_search.vector_store_ids",
);

/** What OpenAI's dialect calls a message. */
const ASSISTANTS_MESSAGE: Places = {
  "role=user": "An end user speaks as the user.",
  content: "What the end user says.",
  "content.0.type=text": "What the end user says, in parts.",
  "content.0.text": "What the end user says.",
  "content.0.type=image_url": "An address that no run fetches: it is handed to the model.",
  "content.0.image_url.url": "Handed on as it is.",
  "content.0.image_url.detail=auto": "A hint for the model that looks.",
  "content.0.image_url.detail=low": "A hint for the model that looks.",
  "content.0.image_url.detail=high": "A hint for the model that looks.",
  ...unsaid("content.0.image_url.detail", "content.0.image_file.detail", "attachments"),
  "content.0.type=image_file": "A file in its reach; others are like none.",
  "content.0.image_file.file_id": "A file in its reach; others are like none.",
  "content.0.image_file.detail=auto": "A hint for the model that looks.",
  "content.0.image_file.detail=low": "A hint for the model that looks.",
  "content.0.image_file.detail=high": "A hint for the model that looks.",
  "attachments.0.file_id": "A file in its reach; others are like none.",
  "attachments.0.tools.0.type=file_search": "It is searched on the thread alone.",
  ...ASSISTANTS_METADATA,
};

const RUN_FILTER: Places = {
  ...PAGE,
  "query.status=running": "Narrows its own runs.",
  "query.status=requires_action": "Narrows its own runs.",
  "query.status=succeeded": "Narrows its own runs.",
  "query.status=errored": "Narrows its own runs.",
  "query.thread_id": "Narrows its own runs.",
};

const CHAT_SETTINGS: Places = Object.fromEntries(
  ["parts=5", "parts=6", "parts=7", "reasoning=0", "reasoning=1", "sources=0", "sources=1"]
    .concat(["metadata=0", "metadata=1", "actions=0", "actions=1"])
    .map((setting) => [`query.${setting}`, "Less or more of what it may see."]),
);

const CHAT_MESSAGE: Places = {
  id: "Its own name of its own message.",
  "role=user": "An end user speaks as the user.",
  ...METADATA,
  "metadata=null": "None.",
  "parts.0.type=text": "What the end user says, in parts.",
  "parts.0.text": "What the end user says.",
  "parts.0.type=file": "An address that no run fetches: it is handed to the model.",
  "parts.0.mediaType": "Says what is there.",
  "parts.0.filename": "What it calls the file.",
  "parts.0.url": "Handed on as it is.",
};

const INCLUDE = "step_details.tool_calls[*].file_search.results[*].content";
const ASSISTANTS_INCLUDE: Places = {
  [`query.include[]=${INCLUDE}`]: "Passages that its own run was given.",
  [`query.include[].0=${INCLUDE}`]: "Passages that its own run was given.",
};

/** What OpenAI's dialect takes of a run, as far as it changes nothing of the tool. */
const ASSISTANTS_RUN: Places = {
  assistant_id: "A tool that the token lists.",
  stream: "How the answer comes, not what is done.",
  "on_conflict=queue": "The default.",
  "truncation_strategy.type=auto": "As the tool has it.",
  ...ASSISTANTS_METADATA,
  ...unsaid(
    "model",
    "instructions",
    "temperature",
    "top_p",
    "response_format",
    "reasoning_effort",
    "tools",
    "max_prompt_tokens",
    "max_completion_tokens",
    "truncation_strategy",
    "truncation_strategy.last_messages",
    "tool_choice",
    "on_conflict",
    "deadline_seconds",
    "wait_seconds",
    "version",
  ),
};

export const OPEN_FIELDS: Record<string, Places> = {
  createThread: { ...METADATA, ...at("messages.0.", MESSAGE) },
  listThreads: { ...THREAD_FILTER, "query.q": "Searches its own messages." },
  getThread: {},
  updateThread: METADATA,
  deleteThread: {},
  streamThread: { "query.after": "A place in a thread that it may read." },
  createMessage: MESSAGE,
  listMessages: {
    ...PAGE,
    "query.q": "Searches its own messages.",
    "query.superseded=0": "The default.",
    "query.superseded=1": "What it may read, and earlier forms of it.",
  },
  getMessage: {},
  updateMessage: {
    ...METADATA,
    role: `${INERT}a published sample sends it along.`,
    content: `${INERT}a published sample sends it along.`,
  },
  uploadFile: { file: "Bytes of the end user's own." },
  listFiles: PAGE,
  getFile: {},
  getFileContent: {},
  startRun: {
    "version=latest": "The default.",
    "inputs.0.*": "What the tool asks for; it decides what becomes of it.",
    ...at("inputs.0.messages.0.", MESSAGE),
    thread_id: "One in its reach, which is there already.",
    "metadata.*": "Its own words about its own run.",
    blocking: "How the answer comes, not what is done.",
    stream: "How the answer comes, not what is done.",
    contentOnly: "How the answer comes, not what is done.",
    "block_filter.0": "Less of what it may see.",
    "on_conflict=queue": "The default.",
  },
  listRuns: RUN_FILTER,
  listProjectRuns: { ...RUN_FILTER, "query.tool_id": "Narrows its own runs." },
  getRun: {},
  listRunSteps: {},
  cancelRun: {},
  submitOutputs: {
    "outputs.0.call_id": "A call that its own run waits for.",
    "outputs.0.output": "What its client found: the tool marked the function as the client's.",
  },
  streamRun: { "query.after": "A place in a run of its own." },
  resumeChat: {
    ...CHAT_SETTINGS,
    "query.after": "A place in a run of its own chat.",
    "query.wait": "How long to wait, never longer than the service would.",
    "query.seen": "A run of its own chat; another is none that it waits for.",
  },
  stopChat: {
    runId: "The run that is meant; another one is not stopped.",
    "runId=null": "Whatever is at work.",
    activeStreamId: "The run that is meant; another one is not stopped.",
    "activeStreamId=null": "Whatever is at work.",
    assistantMessage: `${INERT}the SDK's own sample sends it along.`,
  },
  loadChat: {
    ...CHAT_SETTINGS,
    "query.limit": "How much of what it may read.",
    "query.before": "A place among what it may read.",
  },
  listChats: {
    ...CHAT_SETTINGS,
    "query.limit": "How much of what it may read.",
    "query.after": "A place among what it may read.",
  },
  deleteChat: {},
  openChatSocket: {
    ...CHAT_SETTINGS,
    "query.token": "Its own credential, which is checked as in any other place.",
    "query.abort=detach": "The default.",
    "query.abort=stop": "Stops what it may stop: the call that is made asks for runs:cancel.",
  },
  takeTurn: {
    ...CHAT_SETTINGS,
    "query.wait": `${INERT}the SDK's transports give the query of their stream to each call.`,
    id: "A chat in its reach, or one of its own by any name.",
    ...at("messages.0.", CHAT_MESSAGE),
    ...at("message.", CHAT_MESSAGE),
    "trigger=submit-message": "The default.",
    "trigger=regenerate-message": "Another answer to its own message.",
    messageId: "A message of its own chat, or its answer.",
    "messageId=null": "None.",
    "bobbin.on_conflict=queue": "The default.",
    "bobbin.version=live": "What a chat runs anyway.",
    "bobbin.version=latest": "What the tool's runs take that name none.",
    "*": "What the tool asks for; it decides what becomes of it.",
  },
  metorialCreateThread: {
    agent_id: "A tool that the token lists.",
    "actor_id=null": "Nobody.",
    language: "Of the end user.",
    country: "Of the end user.",
    timezone: "Of the end user.",
    ...METADATA,
  },
  metorialListThreads: {
    ...THREAD_FILTER,
    "query.cursor": "A place among what it may read.",
    "query.id": "Narrows its own threads.",
    "query.id.0": "Narrows its own threads.",
    "query.id.*": "Narrows its own threads.",
    "query.id[]": "Narrows its own threads.",
    "query.id[].0": "Narrows its own threads.",
  },
  metorialGetThread: {},
  metorialUpdateThread: METADATA,
  metorialPatchThread: METADATA,
  metorialDeleteThread: {},
  openaiCreateThread: {
    ...ASSISTANTS_METADATA,
    ...ASSISTANTS_RESOURCES,
    ...unsaid("messages", "tool_resources.file_search.vector_stores"),
    ...at("messages.0.", ASSISTANTS_MESSAGE),
  },
  openaiListThreads: {
    ...PAGE,
    "query.assistant_id": "Narrows its own threads.",
    "query.q": "Searches its own messages.",
    "query.metadata.*": "Narrows its own threads.",
  },
  openaiGetThread: {},
  openaiUpdateThread: { ...ASSISTANTS_METADATA, ...ASSISTANTS_RESOURCES },
  openaiDeleteThread: {},
  openaiCreateMessage: {
    ...ASSISTANTS_MESSAGE,
    "on_conflict=queue": "The default.",
    ...unsaid("on_conflict"),
  },
  openaiListMessages: {
    ...PAGE,
    "query.q": "Searches its own messages.",
    "query.run_id": "Narrows its own messages.",
  },
  openaiCreateThreadAndRun: {
    ...ASSISTANTS_RUN,
    ...ASSISTANTS_RESOURCES,
    ...unsaid("thread", "thread.messages", "thread.tool_resources.file_search.vector_stores"),
    ...at("thread.", { ...ASSISTANTS_METADATA, ...ASSISTANTS_RESOURCES }),
    ...at("thread.messages.0.", ASSISTANTS_MESSAGE),
  },
  openaiCreateRun: {
    ...ASSISTANTS_RUN,
    ...ASSISTANTS_INCLUDE,
    ...unsaid("additional_instructions", "additional_messages"),
    ...at("additional_messages.0.", ASSISTANTS_MESSAGE),
  },
  openaiListAssistants: PAGE,
  openaiGetAssistant: {},
  openaiListAllRuns: {
    ...PAGE,
    "query.assistant_id": "Narrows its own runs.",
    "query.thread_id": "Narrows its own runs.",
    ...Object.fromEntries(
      ["queued", "in_progress", "requires_action", "cancelling", "cancelled"]
        .concat(["failed", "completed", "incomplete", "expired"])
        .map((status) => [`query.status=${status}`, "Narrows its own runs."]),
    ),
  },
  openaiListRuns: PAGE,
  openaiGetRun: {},
  openaiUpdateRun: ASSISTANTS_METADATA,
  openaiCancelRun: {},
  openaiSubmitToolOutputs: {
    ...ASSISTANTS_INCLUDE,
    "tool_outputs.0.tool_call_id": "A call that its own run waits for.",
    "tool_outputs.0.output": "What its client found: the tool marked the function as the client's.",
    stream: "How the answer comes, not what is done.",
  },
  openaiListRunSteps: { ...PAGE, ...ASSISTANTS_INCLUDE },
  openaiGetRunStep: ASSISTANTS_INCLUDE,
  openaiStreamRun: {
    ...ASSISTANTS_INCLUDE,
    "query.after": "A place in a run of its own.",
    "query.starting_after": "A place in a run of its own.",
  },
  openaiCreateFile: {},
  openaiListFiles: { ...PAGE, "query.purpose": "Narrows its own files." },
  openaiGetFile: {},
  openaiGetFileContent: {},
  openaiGetMessage: {},
  openaiUpdateMessage: ASSISTANTS_METADATA,
};

/** Headers that the service looks at when a token calls, by what each can do. */
export const OPEN_HEADERS: Places = {
  authorization: "The token itself.",
  host: "Names one host or is refused. It is the host that runs may not call back.",
  "cf-connecting-ip": "Set by the platform: wrong credentials are counted by it.",
  origin: "Of the page that calls: decides what the browser shows it, never what is done.",
  "api-key": "The token itself, as Azure's clients send it.",
  accept: "How a stream is written, not what is told.",
  "x-bobbin-on-conflict": "As the field of this name: what the tool does not open is refused.",
  "x-stainless-poll-helper": "How long to wait for a run of its own.",
  "openai-beta": "A call for the first version of OpenAI's API is refused.",
  "x-request-id": "Names the request in the log; letters, digits, `-` and `_` alone.",
  "content-type": "What the body is.",
  "content-length":
    "Refused early where the body is too large; the bytes are counted all the same.",
  "content-encoding": "Anything but identity is refused.",
  "idempotency-key":
    "Its own names, apart from those of keys, of other users and of other threads.",
  "x-stainless-retry-count": "The same, by what it sent.",
  prefer: "How long to wait, never longer than the service would.",
  "last-event-id": "A place in what it may read.",
  "sec-websocket-protocol": "Its own credential, where a browser can name no header.",
  upgrade: "A socket in place of an answer, to a chat in its reach.",
  range: "A part of a file in its reach.",
  "if-range": "A part of a file in its reach.",
  "if-none-match": "Whether its copy of a file in its reach is still good.",
};
