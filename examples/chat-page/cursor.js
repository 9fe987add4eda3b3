/**
 * A `fetch` for one chat's transport: after a cut, `resumeStream()` asks for what is behind the last chunk
 * that came whole. Without it the answer is told again from its start, which `ai` 5 and 6 show twice on a
 * page that holds half of it.
 */
export function cursor(send = fetch) {
  let last;
  return async (url, init) => {
    const headers = new Headers(init?.headers);
    if (init?.method === "POST") {
      last = undefined;
    } else if (last !== undefined) {
      headers.set("Last-Event-ID", last);
    }
    const reply = await send(url, { ...init, headers });
    // Chromium gives some replies without content a body all the same.
    if (!reply.body || reply.status !== 200) {
      return reply;
    }
    const decoder = new TextDecoder();
    let rest = "";
    let id;
    const watch = new TransformStream({
      transform(bytes, out) {
        const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
        rest = lines.pop();
        for (const line of lines) {
          if (line.startsWith("id: ")) {
            id = line.slice(4);
          } else if (line === "data: [DONE]") {
            id = undefined;
          } else if (line === "") {
            last = id;
          }
        }
        out.enqueue(bytes);
      },
    });
    return new Response(reply.body.pipeThrough(watch), reply);
  };
}
