/** The AI SDK dialect: what is mounted at `/ui/v1`. */
import { Hono } from "hono";

import type { AppEnv } from "../shared/app-env";
import { answerErrors, closeRoutes } from "../shared/dialect";
import { dialectOf } from "../shared/mount";
import { errors } from "../shared/reply/typed-errors";
import { chats } from "./chats";
import { aiSdkDocument } from "./document";
import { linkedFiles } from "./linked-files";
import { runs } from "./runs";
import { sockets } from "./socket/open-chat-socket";
import { turns } from "./turns";

const routes = new Hono<AppEnv>()
  .route("/", turns)
  .route("/", runs)
  .route("/", sockets)
  .route("/", chats)
  .onError(answerErrors(errors));

closeRoutes(routes);

/** The AI SDK's dialect at `/ui/v1`. */
export const aiSdk = dialectOf(aiSdkDocument, routes, {
  title: "the AI SDK's chats",
  beside: [{ prefix: "/f", routes: linkedFiles }],
  exposedHeaders: ["X-Bobbin-Run-Id"],
});
