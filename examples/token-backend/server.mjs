/** A backend of your own: it knows who is signed in, and gives that person's page a session token. */
import process from "node:process";

import { Bobbin } from "@bobbin/client";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { cors } from "hono/cors";

const { env } = process;
const tool = env.BOBBIN_TOOL ?? "c0ffee00000000000000";
const bobbin = new Bobbin({
  url: env.BOBBIN_URL ?? "http://127.0.0.1:8787",
  // The key stays here: a page gets no more than a token for its own user.
  credential: env.BOBBIN_KEY ?? "sk-dev",
});

const app = new Hono()
  .use(cors({ origin: env.PAGE_ORIGIN ?? "http://127.0.0.1:5173" }))
  .post("/token", async (c) => {
    const user = signedInUser(c);
    const body = { end_user_id: user, tools: [tool], expires_in: 3600 };
    const { token } = await bobbin.call("POST /api/sdk/tokens", { body });
    return c.json({ token });
  });

/** Yours: a session, a cookie, whatever says who it is. Here everybody is the same user. */
function signedInUser() {
  return "user_42";
}

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(env.PORT ?? 3000) }, ({ port }) => {
  console.log(`Tokens at http://127.0.0.1:${port}/token`);
});
