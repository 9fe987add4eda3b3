/** What CSS selectors find in a page that a stranger made: within a budget, with pauses. */
import { compile } from "css-select";
import { type AnyNode, DomHandler, type Element, hasChildren, isTag, isText } from "domhandler";
import * as dom from "domutils";
import { ElementType, Parser } from "htmlparser2";

import { ActionFailure } from "../../domain/action-failure";
import { ACTION, RUN } from "../../limits";
import { yieldToEventLoop } from "../../yield-to-event-loop";

/** A page as a tree, of which only so much is ever made. */
export class Page {
  readonly #handler: DomHandler;
  readonly #work = new Work();

  private constructor(handler: DomHandler) {
    this.#handler = handler;
  }

  /** Throws ActionFailure `page_too_complex` beyond `ACTION.pageMaxNodes` and `pageMaxNesting`. */
  static async read(pieces: AsyncIterable<string>): Promise<Page> {
    const handler = new CountingHandler();
    const parser = new Parser(handler);
    let chars = 0;
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; at += ACTION.pageCharsPerTurn) {
        const part = piece.slice(at, at + ACTION.pageCharsPerTurn);
        parser.write(part);
        chars += part.length;
        if (chars >= ACTION.pageCharsPerTurn) {
          chars = 0;
          await yieldToEventLoop();
        }
      }
    }
    parser.end();
    return new Page(handler);
  }

  /**
   * The texts of the elements that the selector finds, in the order of the page, white space as one.
   * Throws ActionFailure `page_too_complex` or `output_too_large`.
   */
  async select(selector: string): Promise<string[]> {
    const work = this.#work;
    const { root } = this.#handler;
    const matches = compile<AnyNode, Element>(selector, { adapter: countingAdapter(work) }, root);
    const texts: string[] = [];
    let chars = 0;
    for (const element of elementsOf(root, work)) {
      if (matches(element)) {
        const text = innerText(element, work).replaceAll(/\s+/g, " ").trim();
        chars += text.length;
        if (chars > RUN.actionOutputMaxBytes) {
          throw new ActionFailure(
            "output_too_large",
            `${selector} finds more than ${RUN.actionOutputMaxBytes} characters; an action may make no more.`,
          );
        }
        texts.push(text);
      }
      if (work.isPauseDue) {
        await yieldToEventLoop();
        work.paused();
      }
    }
    return texts;
  }
}

/** Of one page and all its selectors. A step is a node or an attribute looked at, or 64 characters. */
class Work {
  #steps = 0;
  #stepsAtPause = 0;

  get isPauseDue(): boolean {
    return this.#steps - this.#stepsAtPause > ACTION.selectorStepsPerTurn;
  }

  paused(): void {
    this.#stepsAtPause = this.#steps;
  }

  charge(steps: number): void {
    this.#steps += steps;
    const stretch = this.#steps - this.#stepsAtPause;
    if (this.#steps > ACTION.selectorMaxSteps || stretch > ACTION.selectorMaxStretchSteps) {
      throw tooComplex("The selectors look at too much of it");
    }
  }
}

class CountingHandler extends DomHandler {
  #nodes = 0;
  #depth = 0;

  override onopentag(name: string, attributes: Record<string, string>): void {
    this.#depth += 1;
    if (this.#depth > ACTION.pageMaxNesting) {
      throw tooComplex(`Its elements nest deeper than ${ACTION.pageMaxNesting}`);
    }
    super.onopentag(name, attributes);
  }

  override onclosetag(): void {
    this.#depth -= 1;
    super.onclosetag();
  }

  protected override addNode(node: Parameters<DomHandler["addNode"]>[0]): void {
    this.#nodes += 1;
    if (this.#nodes > ACTION.pageMaxNodes) {
      throw tooComplex(`It has more than ${ACTION.pageMaxNodes} elements and texts`);
    }
    super.addNode(node);
  }
}

function tooComplex(why: string): ActionFailure {
  return new ActionFailure("page_too_complex", `The page is too complex. ${why}.`);
}

function countingAdapter(work: Work) {
  return {
    ...dom,
    isTag: (node: AnyNode): node is Element => {
      work.charge(1);
      return isTag(node);
    },
    equals: (a: AnyNode, b: AnyNode) => {
      work.charge(1);
      return a === b;
    },
    getSiblings: (node: AnyNode) => {
      const siblings = dom.getSiblings(node);
      work.charge(1 + siblings.length / NATIVE_PER_STEP);
      return siblings;
    },
    getAttributeValue: (element: Element, name: string) => {
      const value = dom.getAttributeValue(element, name);
      work.charge(1 + (value?.length ?? 0) / NATIVE_PER_STEP);
      return value;
    },
    getText: (node: AnyNode) => textOf(node, work, () => true),
    removeSubsets: (nodes: AnyNode[]) => {
      work.charge(nodes.length * nodes.length);
      return dom.removeSubsets(nodes);
    },
  };
}

/** Items or characters that a native loop passes in the time of a step. */
const NATIVE_PER_STEP = 64;

/** In the order of the page; a template's contents are no part of it. */
function* elementsOf(node: AnyNode, work: Work): Generator<Element> {
  for (const child of dom.getChildren(node)) {
    work.charge(1);
    if (isTag(child)) {
      yield child;
      if (dom.getName(child) !== "template") {
        yield* elementsOf(child, work);
      }
    }
  }
}

/** Without scripts and styles. */
function innerText(element: Element, work: Work): string {
  return textOf(element, work, ({ type }) => type === ElementType.Tag);
}

function textOf(node: AnyNode, work: Work, isRead: (node: AnyNode) => boolean): string {
  work.charge(1);
  if (isText(node)) {
    work.charge(node.data.length / NATIVE_PER_STEP);
    return node.data;
  }
  return hasChildren(node) && isRead(node)
    ? node.children.map((child) => textOf(child, work, isRead)).join("")
    : "";
}
