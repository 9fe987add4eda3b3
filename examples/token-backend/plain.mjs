/** The same backend on node:http alone. */
import { createServer } from "node:http";
import process from "node:process";

import { Bobbin } from "@bobbin/client";

const { env } = process;
const tool = env.BOBBIN_TOOL ?? "c0ffee00000000000000";
const bobbin = new Bobbin({
  url: env.BOBBIN_URL ?? "http://127.0.0.1:8787",
  // The key stays here: a page gets no more than a token for its own user.
  credential: env.BOBBIN_KEY ?? "sk-dev",
});

async function giveToken(request, response) {
  try {
    const body = { end_user_id: signedInUser(request), tools: [tool], expires_in: 3600 };
    const { token } = await bobbin.call("POST /api/sdk/tokens", { body });
    response.setHeader("Access-Control-Allow-Origin", env.PAGE_ORIGIN ?? "http://127.0.0.1:5173");
    response.setHeader("Content-Type", "application/json").end(JSON.stringify({ token }));
  } catch (error) {
    console.error(error);
    response.writeHead(502).end();
  }
}

/** Yours: a session, a cookie, whatever says who it is. Here everybody is the same user. */
function signedInUser() {
  return "user_42";
}

const server = createServer((request, response) =>
  request.method === "POST" && request.url === "/token"
    ? giveToken(request, response)
    : response.writeHead(404).end(),
);
server.listen(Number(env.PORT ?? 3000), "127.0.0.1", () => {
  console.log(`Tokens at http://127.0.0.1:${server.address().port}/token`);
});
