/** A chat in the terminal. What was said is on the thread: `node chat.mjs <thread>` goes on with it. */
import process from "node:process";
import { createInterface } from "node:readline";

import { Bobbin } from "@bobbin/client";

const { env, stdin, stdout, argv } = process;
process.on("uncaughtException", ({ message }) => {
  console.error(message);
  process.exit(1);
});
const bobbin = new Bobbin({
  url: env.BOBBIN_URL ?? "http://127.0.0.1:8787",
  credential: env.BOBBIN_KEY ?? "sk-dev",
});
const project = env.BOBBIN_PROJECT ?? "d0d0d0d0d0d0d0d0d0d0";
const tool = env.BOBBIN_TOOL ?? "c0ffee00000000000000";
const thread = argv[2] ?? (await bobbin.call("POST /api/sdk/threads", { body: {} })).id;
console.log(`Thread ${thread}. Write, and end with Ctrl-D.`);

for await (const content of createInterface({ input: stdin })) {
  const inputs = [{ messages: [{ role: "user", content }] }];
  for await (const event of bobbin.run({ project, tool, thread_id: thread, inputs })) {
    if (event.type === "tokens") {
      stdout.write(event.content.tokens.text);
    } else if (event.type === "reset") {
      stdout.write("\nOnce more: ");
    } else if (event.type === "run_status" && event.content.error) {
      stdout.write(event.content.error.message);
    }
  }
  stdout.write("\n");
}
