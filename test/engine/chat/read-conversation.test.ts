import { describe, it } from "vitest";

import { ChatMessage } from "../../../src/engine/chat/chat-message";
import { readConversation } from "../../../src/engine/chat/read-conversation";

const read = (...messages: unknown[]) =>
  readConversation(messages.map((message) => ChatMessage.parse(message)));

const roles = (messages: { role: string }[]) => messages.map(({ role }) => role);
const text = (words: string) => [{ type: "text", text: words }];

describe("readConversation", () => {
  it("reads what a thread holds, and leaves out what says nothing to a model", ({ expect }) => {
    expect(
      read(
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi", file_ids: ["f"], id: "m1" },
        { role: "assistant", content: "Hello", name: "chat" },
        { role: "assistant", content: "" },
        { role: "user", content: "" },
      ),
    ).toEqual([
      { role: "system", content: "Be brief.", name: undefined },
      { role: "user", content: text("Hi"), name: undefined },
      { role: "assistant", content: "Hello", calls: [] },
    ]);
  });

  it("pairs a function_call with the answer that follows it", ({ expect }) => {
    expect(
      read(
        { role: "user", content: "Weather?" },
        { role: "assistant", content: null, function_call: { name: "weather", arguments: "{}" } },
        { role: "function", name: "weather", content: "sunny" },
      ).slice(1),
    ).toEqual([
      {
        role: "assistant",
        content: "",
        calls: [{ callId: "call_1_0", name: "weather", arguments: "{}" }],
      },
      { role: "function", callId: "call_1_0", name: "weather", content: "sunny" },
    ]);
  });

  it("pairs tool_calls with their answers by id, whatever their order", ({ expect }) => {
    const [, rome, oslo] = read(
      {
        role: "assistant",
        tool_calls: [
          {
            id: "x",
            type: "function",
            function: { name: "weather", arguments: '{"city":"Rome"}' },
          },
          {
            id: "y",
            type: "function",
            function: { name: "weather", arguments: '{"city":"Oslo"}' },
          },
        ],
      },
      { role: "tool", tool_call_id: "y", content: "snow" },
      { role: "tool", tool_call_id: "x", content: "sun" },
    );
    expect(rome).toMatchObject({ callId: "call_0_1", content: "snow" });
    expect(oslo).toMatchObject({ callId: "call_0_0", content: "sun" });
  });

  it("gives a dangling call a result before anybody else speaks", ({ expect }) => {
    const call = { role: "assistant", function_call: { name: "weather", arguments: "{}" } };
    const followed = read(call, { role: "user", content: "Never mind." });
    expect(roles(followed)).toEqual(["assistant", "function", "user"]);
    expect(followed[1]).toMatchObject({ content: expect.stringContaining("not carried out") });
    expect(roles(read(call))).toEqual(["assistant", "function"]);
    expect(roles(read(call, call))).toEqual(["assistant", "function", "assistant", "function"]);
  });

  it("gives the one call of two that was not answered a result", ({ expect }) => {
    const messages = read(
      {
        role: "assistant",
        tool_calls: [
          { id: "x", function: { name: "a", arguments: "" } },
          { id: "y", function: { name: "b", arguments: "" } },
        ],
      },
      { role: "tool", tool_call_id: "y", content: "done" },
      { role: "user", content: "And?" },
    );
    expect(
      messages.map((message) => (message.role === "function" ? message.callId : message.role)),
    ).toEqual(["assistant", "call_0_1", "call_0_0", "user"]);
  });

  it("turns a result that nobody asked for into a note", ({ expect }) => {
    expect(read({ role: "function", name: "weather", content: "sunny" })).toEqual([
      { role: "user", content: text("Result of weather: sunny") },
    ]);
  });

  it("shows parts: images as images, the rest in words", ({ expect }) => {
    const [message] = read({
      role: "user",
      content: "Look:",
      parts: [
        { type: "text", text: "Look:" },
        { type: "image_url", url: "https://example.com/cat.png", detail: "low" },
        { type: "blob", mime_type: "image/png", url: "iVBORw0KGgo=" },
        { type: "blob", mime_type: "audio/mpeg", url: "AAAA" },
        { type: "file", id: "f1", name: "a.pdf" },
        { type: "link", url: "https://example.com", title: "Example" },
        {
          type: "table",
          name: "Prices",
          columns: ["what", "euro"],
          data: [
            ["tea", 2],
            ["jam", null],
          ],
        },
      ],
    });
    expect(message).toMatchObject({
      content: [
        { type: "text", text: "Look:" },
        { type: "image", url: "https://example.com/cat.png", detail: "low" },
        { type: "image", url: "data:image/png;base64,iVBORw0KGgo=" },
        { type: "text", text: "[attached: audio/mpeg]" },
        { type: "text", text: "[file: a.pdf]" },
        { type: "text", text: "[link: Example https://example.com]" },
        { type: "text", text: 'Prices\nwhat\teuro\ntea\t2\njam\t""' },
      ],
    });
  });

  it("takes content in OpenAI's parts", ({ expect }) => {
    const [message] = read({
      role: "user",
      content: [
        { type: "text", text: "Look:" },
        { type: "image_url", image_url: { url: "https://example.com/cat.png" } },
      ],
    });
    expect(message).toMatchObject({ content: [{ type: "text" }, { type: "image" }] });
  });

  it("refuses an image that is nowhere to be had", ({ expect }) => {
    for (const url of ["file:///etc/passwd", "javascript:1", "data:text/html,x", "https://", ""]) {
      expect(() => read({ role: "user", parts: [{ type: "image_url", url }] })).toThrow("image");
    }
  });

  it("names such an image where another message is to be answered", ({ expect }) => {
    const parts: ChatMessage["parts"] = [{ type: "image_url", url: "file:///etc/passwd" }];
    const question: ChatMessage = { role: "user", content: "Hello?" };
    for (const role of ["user", "assistant", "system"] as const) {
      const [earlier] = read({ role, content: "Look:", parts }, question);
      const words =
        role === "user"
          ? [...text("Look:"), ...text("[image that cannot be shown]")]
          : "Look:\n[image that cannot be shown]";
      expect(earlier).toMatchObject({ role, content: words });
    }
  });
});
