/**
 * What a session token may send to a tool whose version opens nothing: places, each with the reason why
 * an end user may say it. Each dialect says in its entry of the contract what its calls open; what is
 * not there must be refused by name. A choice from a list is named with its value, so that a new choice
 * is closed as well.
 */
export type Places = Readonly<Record<string, string>>;

/** The places inside another. */
export const at = (prefix: string, places: Places): Places =>
  Object.fromEntries(Object.entries(places).map(([place, why]) => [prefix + place, why]));

/** Begins the reason of a place that takes anything and does nothing. */
export const INERT = "Inert: ";

export const METADATA: Places = { "metadata.*": "Names and values of its own thread or message." };

export const PAGE: Places = {
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

export const THREAD_FILTER: Places = {
  ...PAGE,
  ...RANGE("created_at"),
  ...RANGE("updated_at"),
  "query.agent_id": "Narrows its own threads.",
  "query.participant_id": "Narrows its own threads.",
  "query.metadata.*": "Narrows its own threads.",
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
