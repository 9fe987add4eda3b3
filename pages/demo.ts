/**
 * The live demo of the page at /: a chat by the calls that any page may make. The answer is the run's, not the
 * page's: a reload in the middle of it finds it again.
 */
import { nanoid } from "nanoid";

interface Chunk {
  type: string;
  messageId?: string;
  delta?: string;
  errorText?: string;
}

interface Message {
  id: string;
  role: string;
  parts: { type: string; text?: string }[];
}

/** Who asks, and which tool answers. */
interface Caller {
  credential: string;
  tool: string;
}

const CHAT = "bobbin-demo";

const demo = find("#demo", HTMLElement);
const log = find("#said", HTMLDivElement);
const form = find("#say", HTMLFormElement);
const words = find("#words", HTMLInputElement);
const stop = find("#stop", HTMLButtonElement);

const chat = sessionStorage.getItem(CHAT) ?? nanoid();
sessionStorage.setItem(CHAT, chat);

const caller = readCaller();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = words.value;
  words.value = "";
  void attempt(() => say(text));
});
stop.addEventListener("click", () => {
  void attempt(async () => void (await ask(`/${chat}/stop`, {})));
});
void attempt(takeUp);

async function say(text: string): Promise<void> {
  const message: Message = {
    id: nanoid(),
    role: "user",
    parts: [{ type: "text", text }],
  };
  show(message.id, message.role).textContent = text;
  await follow(await ask("", { id: chat, message }));
}

/** What was said before a reload, and the answer that is still coming. */
async function takeUp(): Promise<void> {
  const kept = await ask(`/${chat}/messages`);
  if (kept.status !== OK) {
    return;
  }
  const { messages }: { messages: Message[] } = await kept.json();
  for (const { id, role, parts } of messages) {
    show(id, role).textContent = parts.map(({ text = "" }) => text).join("");
  }
  await follow(await ask(`/${chat}/stream`));
}

async function follow(reply: Response): Promise<void> {
  if (reply.status !== OK) {
    if (reply.status >= REFUSED) {
      throw new Error(await reply.text());
    }
    return;
  }
  stop.hidden = false;
  let answer: HTMLElement | null = null;
  for await (const chunk of chunksOf(reply)) {
    if (chunk.type === "start") {
      answer = show(chunk.messageId ?? "", "assistant");
      answer.textContent = "";
    } else if (chunk.type === "text-delta" && answer !== null) {
      answer.append(chunk.delta ?? "");
      answer.scrollIntoView({ block: "nearest" });
    } else if (chunk.type === "error") {
      throw new Error(chunk.errorText);
    }
  }
}

const OK = 200;
const REFUSED = 400;

async function* chunksOf({ body }: Response): AsyncGenerator<Chunk> {
  let rest = "";
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("data: {")) {
        yield JSON.parse(line.slice("data: ".length));
      }
    }
  }
}

/** @param body Of a POST. */
async function ask(path: string, body?: object): Promise<Response> {
  const { credential, tool } = await caller;
  return fetch(`/ui/v1/tools/${tool}/chat${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { Authorization: `Bearer ${credential}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** On a developer's machine the demo's own key; else a token of the owner's backend, for the tool that it names. */
async function readCaller(): Promise<Caller> {
  const { key, tool, tokens } = demo.dataset;
  if (key !== undefined && tool !== undefined) {
    return { credential: key, tool };
  }
  const reply = await fetch(tokens ?? "", { method: "POST" });
  const { token }: { token: string } = await reply.json();
  const [, payload = ""] = token.split(".");
  const claims: { tools: string[] } = JSON.parse(
    atob(payload.replaceAll("-", "+").replaceAll("_", "/")),
  );
  return { credential: token, tool: claims.tools[0] ?? "" };
}

/** The place of a message; one of the same id is the same. */
function show(id: string, role: string): HTMLElement {
  const known = [...log.children].find((one) => one.id === `said-${id}`);
  if (known instanceof HTMLElement) {
    return known;
  }
  const item = document.createElement("div");
  item.id = `said-${id}`;
  item.className = role;
  log.append(item);
  return item;
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    show("error", "error").textContent = `That did not work: ${String(error)}`;
  } finally {
    stop.hidden = true;
  }
}

function find<Kind extends Element>(selector: string, kind: new () => Kind): Kind {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) {
    throw new Error(`The page has no ${selector}.`);
  }
  return found;
}
