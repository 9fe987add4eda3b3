import { compile } from "css-select";
import * as z from "zod";

import { extractText, readMarkup } from "../../documents/index";
import { ActionFailure } from "../../domain/action-failure";
import { ACTION } from "../../limits";
import { guardedFetch, type OutboundResponse } from "../../net/guarded-fetch";
import { sourceOfResponse } from "../response-source";
import { defineAction } from "./action";
import { answerErrors, outboundOptions, requestConfig, UrlField } from "./request-fields";
import { Page } from "./select-elements";

const FIRST_ERROR_STATUS = 400;

const WORDLESS = new Set(["file_empty", "file_no_text"]);

const Selector = z.string().min(1).max(ACTION.selectorMaxChars);

interface Found {
  selector: string;
  results: string[];
}

/** Loads the page as it is sent; nothing in it is run. */
export const browserAction = defineAction({
  type: "browser",
  summary: "The text of a web page, or of what CSS selectors find in it.",
  spec: z.strictObject({
    url: UrlField,
    selector: z
      .union([Selector, z.array(Selector).min(1).max(ACTION.maxSelectors)])
      .optional()
      .describe("CSS selectors; none means the page's whole text, under the selector `body`."),
  }),
  config: requestConfig,
  async execute(context) {
    const { spec, config, ports, signal } = context;
    const selectors = spec.selector === undefined ? null : [spec.selector].flat();
    selectors?.forEach(checkSelector);
    return answerErrors(config, async () => {
      const response = await ports.connections.hold(signal, () =>
        guardedFetch(
          ports.fetch,
          { url: spec.url, headers: { Accept: "text/html,*/*;q=0.8" } },
          outboundOptions(context),
        ),
      );
      const isFailure = response.status >= FIRST_ERROR_STATUS;
      return {
        value: {
          data:
            selectors === null
              ? [await readAll(response, context.signal)]
              : await select(response, selectors),
          response: {
            code: response.status,
            status: isFailure ? "error" : "ok",
            url: response.url,
          },
        },
        isFailure,
      };
    });
  },
});

function checkSelector(selector: string): void {
  try {
    compile(selector);
  } catch {
    throw new ActionFailure("invalid_selector", `${selector} is no CSS selector.`);
  }
}

async function readAll(response: OutboundResponse, signal: AbortSignal): Promise<Found> {
  try {
    const { text } = await extractText(sourceOfResponse(response), { signal });
    return { selector: "body", results: [text] };
  } catch (error) {
    // A page without a word is a page; what cannot be read is a failure.
    if (error instanceof ActionFailure && WORDLESS.has(error.code)) {
      return { selector: "body", results: [] };
    }
    throw error;
  }
}

async function select(response: OutboundResponse, selectors: string[]): Promise<Found[]> {
  const page = await Page.read(readMarkup(sourceOfResponse(response)));
  const found: Found[] = [];
  for (const selector of selectors) {
    found.push({ selector, results: await page.select(selector) });
  }
  return found;
}
