/** One event of a `text/event-stream`, as a client reads it. */
export interface StreamEvent {
  id: string | null;
  data: string;
}

/** The events of a reply, each as soon as its last byte has come; comments are left out. */
export async function* readEvents(response: Response): AsyncGenerator<StreamEvent> {
  let rest = "";
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = `${rest}${text}`.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = block.split("\n").map((line) => /^(\w+): ?(.*)$/.exec(line) ?? []);
      const values = (name: string) =>
        fields.filter(([, key]) => key === name).map(([, , value]) => value);
      const data = values("data");
      if (data.length > 0) {
        yield { id: values("id")[0] ?? null, data: data.join("\n") };
      }
    }
  }
}
