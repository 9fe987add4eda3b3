/** What code is called with, as JSON: written with pauses, as it may hold every output of a run. */
import { ActionFailure } from "../domain/action-failure";
import { isJsonObject } from "../domain/json";
import { SANDBOX } from "../limits";
import { yieldToEventLoop } from "../yield-to-event-loop";

/** `env`, its `state`, an action's outputs over the iterations of two maps inside each other. */
const CONTAINERS = 4;

/** Throws ActionFailure `code_out_of_memory` beyond `SANDBOX.envMaxChars`. */
export async function writeEnv(env: unknown): Promise<string> {
  const writer = new EnvWriter();
  return (await writer.write(env, CONTAINERS)) ?? "null";
}

class EnvWriter {
  #chars = 0;
  #charsAtPause = 0;

  /** Undefined for what JSON leaves out. */
  async write(value: unknown, containers: number): Promise<string | undefined> {
    if (containers > 0 && Array.isArray(value)) {
      const items: string[] = [];
      for (const item of value) {
        items.push((await this.write(item, containers - 1)) ?? "null");
      }
      return `[${items.join(",")}]`;
    }
    if (containers > 0 && isJsonObject(value)) {
      const fields: string[] = [];
      for (const [key, item] of Object.entries(value)) {
        const text = await this.write(item, containers - 1);
        fields.push(...(text === undefined ? [] : [`${JSON.stringify(key)}:${text}`]));
      }
      return `{${fields.join(",")}}`;
    }
    const text: string | undefined = JSON.stringify(value);
    await this.#count(text?.length ?? 0);
    return text;
  }

  async #count(chars: number): Promise<void> {
    this.#chars += chars;
    if (this.#chars > SANDBOX.envMaxChars) {
      throw new ActionFailure(
        "code_out_of_memory",
        `What the code is called with is larger than ${SANDBOX.envMaxChars} characters of JSON.`,
      );
    }
    if (this.#chars - this.#charsAtPause > SANDBOX.envCharsPerTurn) {
      this.#charsAtPause = this.#chars;
      await yieldToEventLoop();
    }
  }
}
