/** The handshake of `WebSocketChatTransport`: the caller is checked before any object wakes. */
import { Hono, type MiddlewareHandler } from "hono";
import { nanoid } from "nanoid";
import * as z from "zod";

import { findChat } from "../../../core/chats/find-chat";
import { findChatTool } from "../../../core/chats/find-chat-tool";
import { RETRY, SOCKET } from "../../../limits";
import { openSocket } from "../../../runs/client/open-socket";
import type { AppEnv } from "../../shared/app-env";
import { coreContext } from "../../shared/core-context";
import { operation, reply, replyText } from "../../shared/operation";
import { fail, unwrap } from "../../shared/reply/fail";
import { StreamSlots } from "../../shared/reply/stream-slots";
import { allowedOrigin } from "../../shared/request/allowed-origin";
import { SETTINGS } from "../wire";
import { type SocketNotes, fitsSocket } from "./notes";

/** The word that stands before the credential among the protocols, and is the one that is agreed on. */
const PROTOCOL = "bobbin.v1" as const;
const SWITCHING = 101;
/** 96 bits: short, as what stays with a socket has a limit. */
const SOCKET_ID_CHARS = 16;

/** Memory of this isolate. */
const opened = new StreamSlots("sockets", SOCKET.opened);

const SocketQuery = z.strictObject({
  ...SETTINGS,
  token: z.string().optional().describe("The token, for what cannot name protocols."),
  abort: z
    .enum(["detach", "stop"])
    .default("detach")
    .describe(
      "`stop`: an answer that the page breaks off is stopped, which an unmounted page does too.",
    ),
});

const SocketReply = z.strictObject({
  protocol: z.literal(PROTOCOL).describe("A socket would be let in, by this protocol."),
});

/** A browser's WebSocket sends no header: the credential is a protocol, or in the query. */
const takeCredential: MiddlewareHandler<AppEnv> = async (c, next) => {
  const [, named] = protocolsOf(c.req.header("Sec-WebSocket-Protocol"));
  const credential = named ?? c.req.query("token");
  if (credential !== undefined && c.req.header("Authorization") === undefined) {
    if (!/^[\x21-\x7e]*$/.test(credential)) {
      fail({ kind: "malformed_authorization" });
    }
    const headers = new Headers(c.req.raw.headers);
    headers.set("Authorization", `Bearer ${credential}`);
    c.req.raw = new Request(c.req.raw, { headers });
  }
  await next();
};

/** Empty where ours is not the first of them. */
function protocolsOf(header = ""): string[] {
  const protocols = header.split(",").map((one) => one.trim());
  return protocols[0] === PROTOCOL ? protocols : [];
}

export const sockets = new Hono<AppEnv>().get(
  "/tools/:tool_id/chat/:chat_id/ws",
  takeCredential,
  operation({
    id: "openChatSocket",
    tag: "Chats",
    summary: "Talk in a chat over a WebSocket",
    description:
      "What `WebSocketChatTransport` of `ai` 7 opens, with the protocols `bobbin.v1` and the token. Each frame is the call that it stands for and needs what that needs. The socket costs nothing while nothing is said. Without `Upgrade` the answer says whether a socket would be let in: a browser tells its page nothing of a refusal.",
    access: "read",
    verb: "runs:read",
    query: SocketQuery,
    headers: {
      Upgrade: "`websocket`.",
      "Sec-WebSocket-Protocol": "`bobbin.v1`, and the token or key.",
    },
    failures: ["not_found", "unavailable"],
    reply: SocketReply,
    document: { responses: { 101: { description: "The socket is open." } } },
  }),
  async (c) => {
    const origin = c.req.header("Origin");
    if (origin !== undefined && allowedOrigin(c.env.CORS_ORIGINS, origin) === null) {
      fail({ kind: "forbidden", needs: "a page of an origin that CORS_ORIGINS lists" });
    }
    const { caller } = c.var;
    const core = coreContext(c);
    const chatId = c.req.param("chat_id");
    unwrap(await findChatTool(caller, core, c.req.param("tool_id")));
    const { threadId } = unwrap(await findChat(caller, core, chatId));
    const { token: _token, abort, ...settings } = c.req.valid("query");
    const { projectId } = caller;
    const notes: SocketNotes = {
      id: nanoid(SOCKET_ID_CHARS),
      projectId,
      chatUrl: c.req.url.replace(/\/[^/?]*\/ws(?:\?.*)?$/, ""),
      chatId,
      query: `?${new URLSearchParams(settings).toString()}`,
      credential: (c.req.header("Authorization") ?? "").replace(/^Bearer +/i, ""),
      abortStops: abort === "stop",
      answering: [],
    };
    if (!fitsSocket(notes)) {
      const message = "is too long for a socket: name fewer tools in the token";
      fail({ kind: "invalid", where: "header", issues: [{ path: ["Authorization"], message }] });
    }
    if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") {
      return reply(c, { protocol: PROTOCOL });
    }
    const slot = unwrap(opened.take(caller));
    const webSocket = await openSocket(c.env, { projectId, threadId }, notes);
    if (typeof webSocket === "string") {
      slot.release();
      const retryAfterSeconds = RETRY.afterSeconds;
      return fail({ kind: "unavailable", message: webSocket, retryAfterSeconds });
    }
    const isNamed = protocolsOf(c.req.header("Sec-WebSocket-Protocol")).length > 0;
    return replyText(
      new Response(null, {
        status: SWITCHING,
        webSocket,
        headers: isNamed ? { "Sec-WebSocket-Protocol": PROTOCOL } : {},
      }),
    );
  },
);
