/** The thread is the memory: the client sends each message once and never the history. */
import path from "node:path";

import * as z from "zod";

import { type Bobbin, model } from "../bobbin.ts";

const Thread = z.object({ id: z.string() });
const Messages = z.object({ list: z.array(z.unknown()) });

export async function run(bobbin: Bobbin): Promise<void> {
  const tool = await bobbin.deploy(path.join(import.meta.dirname, "tool.json"));
  const metadata = { example: "chat-with-memory" };
  const thread = Thread.parse(await bobbin.send("POST", "/threads", { metadata }));
  for (const content of ["My name is Ada.", "What is my name?"]) {
    const { answer } = await bobbin.run(tool, {
      thread_id: thread.id,
      inputs: [{ messages: [{ role: "user", content }] }],
      config: { CHAT: model() },
    });
    console.log(`You     ${content}\nBobbin  ${answer}`);
  }
  const { list } = Messages.parse(await bobbin.get(`/threads/${thread.id}/messages`));
  console.log(`Thread ${thread.id} holds ${list.length} messages.`);
}
