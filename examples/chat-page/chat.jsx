/** A chat with `useChat`, straight to Bobbin: the token comes from your backend, all else from there. */
import { useChat } from "@ai-sdk/react";
import { DefaultChatTransport, generateId } from "ai";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

import { cursor } from "./cursor.js";

const settings = new URLSearchParams(location.search);
const backend = settings.get("backend") ?? "http://127.0.0.1:3000";
const bobbin = settings.get("bobbin") ?? "http://127.0.0.1:8787";
const tool = settings.get("tool") ?? "c0ffee00000000000000";
const api = `${bobbin}/ui/v1/tools/${tool}/chat`;
const parts = `?parts=${settings.get("parts") ?? 7}`;

/** The chat stays the same over a reload. */
const id = (sessionStorage.chat ??= generateId());
const root = createRoot(document.getElementById("root"));
/** Instead of a blank page. */
const ask = async (url, init) => {
  try {
    const reply = await fetch(url, init);
    if (reply.ok) {
      return await reply.json();
    }
    throw new Error(`status ${reply.status}`);
  } catch (error) {
    root.render(<p role="alert">{`${url} does not answer as it should: ${error.message}`}</p>);
    throw error;
  }
};
const { token } = await ask(`${backend}/token`, { method: "POST" });
const headers = { Authorization: `Bearer ${token}` };
const sendOn = cursor();
const loaded = await ask(`${api}/${id}/messages${parts}`, { headers });

function Chat() {
  const [text, setText] = useState("");
  const { messages, sendMessage, status, stop, regenerate, resumeStream, error } = useChat({
    id,
    messages: loaded.messages,
    resume: true,
    transport: new DefaultChatTransport({ api: api + parts, headers, fetch: sendOn }),
  });
  // A connection that broke, or could not be made: once a second until it is.
  useEffect(() => {
    const retry = error instanceof TypeError ? setTimeout(resumeStream, 1000) : undefined;
    return () => clearTimeout(retry);
  }, [error, resumeStream]);
  const halt = () => void fetch(`${api}/${id}/stop`, { method: "POST", headers }).then(stop);
  const send = (event) => {
    event.preventDefault();
    void sendMessage({ text });
    setText("");
  };
  return (
    <>
      {messages.map(({ id: key, role, parts: said }) => (
        <p key={key} data-role={role}>
          {role}: {said.map((part) => (part.type === "text" ? part.text : ""))}
        </p>
      ))}
      {error && <p role="alert">{error.message}</p>}
      <form onSubmit={send} data-status={status}>
        <input
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-label="Message"
        />
        <button>Send</button>
        <button type="button" onClick={halt}>
          Stop
        </button>
        <button type="button" onClick={() => void regenerate()}>
          Again
        </button>
      </form>
    </>
  );
}

root.render(<Chat />);
