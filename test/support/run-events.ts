import { exports } from "cloudflare:workers";

import type { Reply } from "./call";

/** One event of a run's stream, as a client has it. */
export interface Told {
  /** A number in a run's stream, a place in a thread's. */
  id: number | string;
  type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
  content: any;
}

export function readEvents(reply: Pick<Reply, "text">): Told[] {
  return (
    reply.text
      .split("\n\n")
      // Behind the last blank line is what has not come whole yet.
      .slice(0, -1)
      .filter((frame) => frame.startsWith("id: ") && frame.includes("\ndata: "))
      .map((frame) => {
        const [id = "", data = ""] = frame.split("\n");
        const place = id.slice("id: ".length);
        const told: Omit<Told, "id"> = JSON.parse(data.slice("data: ".length));
        return { id: /^\d+$/.test(place) ? Number(place) : place, ...told };
      })
  );
}

/** The text that stands before a reader of these events: what was withdrawn left out. */
export function textOf(events: readonly Told[]): string {
  let text = "";
  for (const { type, content } of events) {
    text = type === "reset" ? "" : text + (type === "tokens" ? content.tokens.text : "");
  }
  return text;
}

/** A stream read as it comes, by a client that stays on the line. */
export class LiveStream {
  text = "";
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** Opens `GET path` of the Worker. */
  static async open(path: string, key: string): Promise<LiveStream> {
    const headers = { Authorization: `Bearer ${key}` };
    const response = await exports.default.fetch(
      new Request(`https://bobbin.test${path}`, { headers }),
    );
    if (response.status !== 200 || response.body === null) {
      throw new Error(`${response.status}: ${await response.text()}`);
    }
    return new LiveStream(response.body);
  }

  get events(): Told[] {
    return readEvents(this);
  }

  /** Reads on until the condition holds, or to the end. */
  async until(condition: (events: Told[]) => boolean): Promise<void> {
    while (!condition(this.events)) {
      const { done, value } = await this.#reader.read();
      if (done) {
        return;
      }
      this.text += this.#decoder.decode(value, { stream: true });
    }
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }
}
