/** What the AI SDK's calls open to a session token. */
import { INERT, METADATA, type Places, at } from "../strangers/open-places";

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

export const AI_SDK_OPENS: Record<string, Places> = {
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
};
