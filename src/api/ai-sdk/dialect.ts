/** The AI SDK dialect: what is mounted at `/ui/v1`. */
import { Hono } from "hono";

import type { AppEnv } from "../shared/app-env";
import { answerErrors, closeRoutes } from "../shared/dialect";
import { errors } from "../shared/reply/typed-errors";
import { chats } from "./chats";
import { runs } from "./runs";
import { turns } from "./turns";

export const aiSdk = new Hono<AppEnv>()
  .route("/", turns)
  .route("/", runs)
  .route("/", chats)
  .onError(answerErrors(errors));

closeRoutes(aiSdk);
