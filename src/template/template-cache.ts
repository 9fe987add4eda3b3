import { ActionFailure } from "../domain/action-failure";
import { TEMPLATE } from "../limits";
import { parseTemplate, type Template } from "./parse-template";

/** Templates that this isolate has read, the one used last at the end. */
const read = new Map<string, Template>();

/** The template of a text that a deploy has accepted; throws ActionFailure `template_syntax_error` else. */
export function templateOf(text: string): Template {
  const template = read.get(text) ?? parsed(text);
  if (text.length <= TEMPLATE.maxCachedChars) {
    read.delete(text);
    read.set(text, template);
  }
  for (const oldest of read.keys()) {
    if (read.size <= TEMPLATE.maxCached) {
      break;
    }
    read.delete(oldest);
  }
  return template;
}

function parsed(text: string): Template {
  const result = parseTemplate(text);
  if (!result.ok) {
    const { message, line } = result.error;
    throw new ActionFailure("template_syntax_error", `${message} (line ${line} of the template)`);
  }
  return result.template;
}
