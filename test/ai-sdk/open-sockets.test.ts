/** Places of open sockets: one for each, for as long as somebody looks after it. */
import { describe, it } from "vitest";

import type { SocketNotes } from "../../src/api/ai-sdk/socket/notes";
import { OpenSockets } from "../../src/api/ai-sdk/socket/open-sockets";
import { SOCKET } from "../../src/limits";

function socketOf(projectId: string, id: string): SocketNotes {
  return {
    id,
    projectId,
    credential: "sk-key",
    chatUrl: "",
    chatId: "",
    query: "",
    abortStops: false,
    answering: [],
  };
}

const LIMITS = { total: 3, perProject: 2, perEndUser: 1 };

describe("a place of an open socket", () => {
  it("is taken once, and of the project as well as of all", ({ expect }) => {
    const open = new OpenSockets(LIMITS, () => 0);
    const places = ["1", "1", "2"].map((id) => open.take(socketOf("a", id)));
    expect(places).toEqual([null, null, null]);
    expect(open.take(socketOf("a", "3"))).toContain("This project has 2 sockets");
    expect(open.take(socketOf("b", "4"))).toBeNull();
    expect(open.take(socketOf("b", "5"))).toContain("There are 3 sockets");
    open.release(socketOf("a", "1"));
    open.release(socketOf("a", "1"));
    expect(open.take(socketOf("b", "5"))).toBeNull();
  });

  it("is kept while its socket is looked after, and no longer", ({ expect }) => {
    let nowMs = 0;
    const open = new OpenSockets(LIMITS, () => nowMs);
    open.take(socketOf("a", "kept"));
    open.take(socketOf("a", "lost"));
    nowMs = SOCKET.recheckMs;
    open.take(socketOf("a", "kept"));
    nowMs = SOCKET.openLeaseMs + 1;
    expect(open.take(socketOf("a", "next"))).toBeNull();
    expect(open.take(socketOf("a", "other"))).toContain("This project has 2 sockets");
  });
});
