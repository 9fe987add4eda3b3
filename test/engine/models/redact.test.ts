import { describe, it } from "vitest";

import { redact } from "../../../src/engine/models/redact-secrets";

const KEY = "Qm7-tenant_9f3aK2.live/x+Z";
const base64 = (text: string) => btoa(text);

describe("a secret in a provider's message", () => {
  it.for([
    ["as it is", KEY],
    ["in capitals", KEY.toUpperCase()],
    ["in small letters", KEY.toLowerCase()],
    ["backwards", Array.from(KEY).toReversed().join("")],
    ["its first half", KEY.slice(0, KEY.length / 2)],
    ["its second half", KEY.slice(KEY.length / 2)],
    ["in base64", base64(KEY)],
    ["in base64 behind a name", base64(`user:${KEY}`)],
    ["in base64 behind another", base64(`ab${KEY}`)],
    [
      "in base64 for URLs",
      base64(KEY).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
    ],
    ["in a URL", encodeURIComponent(KEY)],
    ["in hexadecimal", Array.from(KEY, (char) => char.charCodeAt(0).toString(16)).join("")],
  ] as [string, string][])("is taken out: %s", ([, form], { expect }) => {
    const shown = redact(`Key ${form} is refused.`, [KEY]);
    expect(shown).toMatch(/^Key \S*\[secret\]\S* is refused\.$/);
    for (let from = 0; from + 9 < form.length; from += 1) {
      expect(shown).not.toContain(form.slice(from, from + 13).padEnd(13, "\0"));
    }
  });

  it.for([
    ["x", "next: max tokens exceeded", "next: max tokens exceeded"],
    ["x", 'key "x" is refused', 'key "[secret]" is refused'],
    ["EMPTY", "EMPTYING the queue", "EMPTYING the queue"],
    ["ollama", "llama3 is not found by ollama-server", "llama3 is not found by ollama-server"],
    ["ollama", "Bearer ollama is refused", "Bearer [secret] is refused"],
    ["", "nothing", "nothing"],
  ] as const)("short as %j it blanks no letters of %j", ([secret, message, shown], { expect }) => {
    expect(redact(message, [secret])).toBe(shown);
  });

  it("leaves the rest of a long message, cut between characters", ({ expect }) => {
    const shown = redact("😁".repeat(5000), [KEY]);
    expect(shown).toBe("😁".repeat(500));
  });

  it("leaves words that a key shares with the message", ({ expect }) => {
    const message = "tenant not live";
    expect(redact(message, [KEY])).toBe(message);
  });
});
