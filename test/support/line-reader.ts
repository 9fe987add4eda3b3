/** Reads a stream of JSON lines as they come; an empty line is a keep-alive. */
export class LineReader<Item> {
  readonly items: Item[] = [];
  hasEnded = false;
  keepAlives = 0;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #turnsWithoutNews = 0;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
    void this.#read();
  }

  /** Nothing has come for a while, and all that was there has been read. */
  isIdle(): boolean {
    this.#turnsWithoutNews += 1;
    return this.#turnsWithoutNews > 20;
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) {
        this.hasEnded = true;
        return;
      }
      this.#turnsWithoutNews = 0;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "") {
          this.keepAlives += 1;
        } else {
          this.items.push(JSON.parse(line));
        }
      }
    }
  }
}
