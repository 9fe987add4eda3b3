/** A search for what holds no word finds nothing, from any place of a list. */
import { it } from "vitest";

import { call } from "../../support/call";
import { makeProject } from "../../support/project";

it.for(["", "&superseded=1"])(
  "finds nothing, from wherever it is asked%s",
  async (more, { expect }) => {
    const project = await makeProject();
    const json = { messages: [{ role: "user", content: "Hello" }] };
    const thread = (await call("/api/sdk/threads", { key: project.key, json })).json.id;
    const messages = `/api/sdk/threads/${thread}/messages`;
    const [message] = (await call(messages, project)).json.list;
    for (const [path, id, query] of [
      [messages, message.id, more],
      ["/api/sdk/threads", thread, ""],
    ]) {
      for (const place of ["", `&before=${id}`, `&after=${id}`, `&after=${id}&before=${id}`]) {
        for (const order of ["asc", "desc"]) {
          const asked = `${path}?q=%F0%9F%80%BB%2F&order=${order}${place}${query}`;
          const { status, json: found } = await call(asked, project);
          expect({ asked, status, list: found.list }).toEqual({ asked, status: 200, list: [] });
        }
      }
    }
  },
);
