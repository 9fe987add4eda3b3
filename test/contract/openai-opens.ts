/** What the Assistants' calls open to a session token. */
import { METADATA, PAGE, type Places, at } from "../strangers/open-places";

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

export const OPENAI_OPENS: Record<string, Places> = {
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
