/** A connection that breaks once, in the middle of what it carries. */

/** Breaks the first reply off that has told `word`, in the middle of a later chunk. */
export function cutOnce(word: string, send: typeof fetch = fetch): typeof fetch {
  let isCut = false;
  return async (url, init) => {
    const reply = await send(url, init);
    if (reply.body === null || isCut) {
      return reply;
    }
    const reader = reply.body.getReader();
    const decoder = new TextDecoder();
    let told = "";
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await reader.read();
          if (done) {
            controller.close();
          } else if (told.includes(word)) {
            isCut = true;
            await reader.cancel();
            controller.error(new TypeError("The network broke."));
          } else {
            told += decoder.decode(value, { stream: true });
            controller.enqueue(value);
          }
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, reply);
  };
}
