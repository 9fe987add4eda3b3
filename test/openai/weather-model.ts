/** A model on loopback that answers by what it is asked: the programs' other side. */
import * as z from "zod";

import type { Answer, SeenRequest } from "../support/openai-server.ts";

const Messages = z.array(z.looseObject({ role: z.string(), content: z.unknown() }));

export const HELLO = ["Hello", " there", "."];
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
  if (question.includes("weather")) {
    return answerOnWeather(given.length);
  }
  if (question.includes("refund")) {
    return answerByDocuments(given);
  }
  if (question.includes("compute")) {
    return answerByCode(given);
  }
  if (question.includes("slow")) {
    const text = Array.from({ length: SLOW_WORDS }, (_, index) => `w${index} `);
    return { text, paceMs: SLOW_MS };
  }
  if (question.includes("refused")) {
    return { status: 400, message: "This is not to be asked." };
  }
  if (question.includes("limited")) {
    return { status: 429, message: "Slow down.", headers: { "x-should-retry": "false" } };
  }
  if (question.includes("broken")) {
    return { text: HELLO, breakAfter: 3 };
  }
  if (question.includes("endless")) {
    return { text: ["And", " so", " on"], finishReason: "length" };
  }
  if (question.includes("Grüße")) {
    return { text: ["Grüß", "e, ", "👋🏽", " und tschüß"] };
  }
  if (question.includes("image")) {
    return {
      text: [`I see ${(JSON.stringify(messages).match(/"image_url"/g) ?? []).length > 0}.`],
    };
  }
  return { text: HELLO };
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
