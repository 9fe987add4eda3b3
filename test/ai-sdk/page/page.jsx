/**
 * A page with `useChat` of whichever major it is built with, which a test drives by `window.chat`. It is
 * told by its address what it talks with, and by what.
 */
import { useChat } from "@ai-sdk/react";
import * as ai from "ai";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

import { cursor } from "../../../examples/chat-page/cursor.js";

const settings = Object.fromEntries(new URLSearchParams(location.search));
const { bobbin, tool, token, id, parts, socket, answers, wait } = settings;
const api = `${bobbin}/ui/v1/tools/${tool}/chat`;
const query = `?parts=${parts}`;
const headers = { Authorization: `Bearer ${token}` };
const loaded = await (
  await fetch(`${api}/${encodeURIComponent(id)}/messages${query}`, { headers })
).json();

const overHttp = () =>
  new ai.DefaultChatTransport({
    api: api + query,
    headers,
    fetch: cursor(),
    ...(wait && {
      prepareReconnectToStreamRequest: () => ({
        api: `${api}/${id}/stream${query}&wait=${wait}`,
        headers,
      }),
    }),
  });
const overSocket = () =>
  new ai.WebSocketChatTransport({
    url: `${api}/${encodeURIComponent(id)}/ws${query}${socket}`,
    protocols: ["bobbin.v1", token],
  });
const transport = socket === undefined ? overHttp() : overSocket();

window.toolCalls = [];
window.said = [];

function Chat() {
  const chat = useChat({
    id,
    messages: loaded.messages,
    resume: true,
    transport,
    sendAutomaticallyWhen: ai.lastAssistantMessageIsCompleteWithToolCalls,
    onData: ({ type, data }) => type === "data-bobbin-message" && window.said.push(data),
    onToolCall: ({ toolCall }) => {
      window.toolCalls.push(toolCall);
      if (answers !== undefined) {
        chat.addToolOutput({ ...toolCall, tool: toolCall.toolName, output: { found: answers } });
      }
    },
  });
  useEffect(() => {
    window.chat = chat;
    window.stopRun = () =>
      fetch(`${api}/${encodeURIComponent(id)}/stop`, { method: "POST", headers });
  });
  return (
    <main data-status={chat.status}>
      {chat.messages.map(({ id: key, role, parts: said }) => (
        <article key={key} id={key} data-role={role}>
          {said.map((part, index) => (
            <Part key={index} {...part} />
          ))}
        </article>
      ))}
      {chat.error && <p role="alert">{chat.error.message}</p>}
    </main>
  );
}

function Part({ type, text, state, url, filename }) {
  if (type === "text") {
    return <span>{text}</span>;
  }
  if (type === "file") {
    return <img src={url} alt={filename} />;
  }
  return type.startsWith("tool-") ? <i data-state={state}>{type}</i> : null;
}

function Page() {
  const [isShown, show] = useState(true);
  useEffect(() => {
    window.show = show;
  });
  return isShown ? <Chat /> : <p>Elsewhere.</p>;
}

createRoot(document.getElementById("root")).render(<Page />);
