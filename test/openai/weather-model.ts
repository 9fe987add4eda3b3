/** A model on loopback that answers by what it is asked: the programs' other side. */
import * as z from "zod";

import type { Answer, SeenRequest } from "../support/openai-server.ts";

const Messages = z.array(z.looseObject({ role: z.string(), content: z.unknown() }));

export const HELLO = ["Hello", " there", "."];
export const REFUSAL = ["I", " will", " not."];
export const WEATHER = "It is 12 and 15 degrees.";

/** What is to be found, and cited. */
export const REFUND = "A refund takes five days.";

/** Words enough that a reader can leave in their midst, at some milliseconds a word. */
const SLOW_WORDS = 60;
const SLOW_MS = 25;

export function answerByQuestion({ body }: SeenRequest): Answer {
  const messages = Messages.parse(body["messages"]);
  const asked = messages.findLastIndex(({ role }) => role === "user");
  const question = JSON.stringify(messages[asked]?.content ?? "");
  const given = messages.slice(asked + 1).filter(({ role }) => role === "tool");
  const [, answer] = ANSWERS.find(([word]) => question.includes(word)) ?? [];
  return answer === undefined
    ? { text: HELLO }
    : answer({ given, asText: JSON.stringify(messages) });
}

interface Asked {
  /** Outputs since the question. */
  given: readonly { content: unknown }[];
  /** The whole conversation. */
  asText: string;
}

/** By a word of the question. */
const ANSWERS: readonly [word: string, answer: (asked: Asked) => Answer][] = [
  ["weather", ({ given }) => answerOnWeather(given.length)],
  ["refund", ({ given }) => answerByDocuments(given)],
  ["compute", ({ given }) => answerByCode(given)],
  ["slow", () => ({ text: numbered(SLOW_WORDS), paceMs: SLOW_MS })],
  ["refused", () => ({ status: 400, message: "This is not to be asked." })],
  ["unwell", () => ({ status: 500, message: "Not today.", headers: AT_ONCE })],
  ["limited", () => ({ status: 429, message: "Slow down.", headers: AT_ONCE })],
  ["broken", () => ({ text: HELLO, breakAfter: 3 })],
  ["endless", () => ({ text: ["And", " so", " on"], finishReason: "length" })],
  ["decline", () => ({ refusal: REFUSAL })],
  ["Grüße", () => ({ text: ["Grüß", "e, ", "👋🏽", " und tschüß"] })],
  ["image", ({ asText }) => ({ text: [`I see ${asText.includes('"image_url"')}.`] })],
];

const AT_ONCE = { "x-should-retry": "false" };

function numbered(words: number): string[] {
  return Array.from({ length: words }, (_, index) => `w${index} `);
}

/** What the model has computed, and says. */
export const PRODUCT = "It is 42.";
export const CODE = "console.log('six by seven')\nreturn 6 * 7";
export const WRONG_CODE = "return mistake";

/** Runs code that prints and returns, then code that fails, then answers. */
function answerByCode(given: readonly { content: unknown }[]): Answer {
  const codes = [CODE, WRONG_CODE];
  const code = codes[given.length];
  return code === undefined
    ? { text: [PRODUCT] }
    : { calls: [{ name: "code_interpreter", arguments: JSON.stringify({ code }) }] };
}

/** Searches, then quotes the first passage that it was shown. */
function answerByDocuments(given: readonly { content: unknown }[]): Answer {
  if (given.length === 0) {
    return { calls: [{ name: "file_search", arguments: JSON.stringify({ query: "refund" }) }] };
  }
  const [mark = "nowhere"] = /【[^】]*】/.exec(JSON.stringify(given)) ?? [];
  return { text: ["Five days", mark.slice(0, 4), mark.slice(4), "."] };
}

function call(city: string) {
  return { name: "get_weather", arguments: JSON.stringify({ city }) };
}

/** Two calls at once behind some words, one more in a second round, then the answer. */
function answerOnWeather(outputs: number): Answer {
  if (outputs === 0) {
    return { text: ["Let", " me", " look."], calls: [call("Berlin"), call("Paris")] };
  }
  return outputs === 2 ? { calls: [call("Rome")] } : { text: [WEATHER] };
}
