/** The ReByte dialect: what is mounted at `/api/sdk`. */
import { Hono } from "hono";

import type { AppEnv } from "../shared/app-env";
import { answerErrors, closeRoutes } from "../shared/dialect";
import { endUsers } from "./end-users";
import { errors } from "./errors";
import { files } from "./files";
import { keys } from "./keys";
import { knowledge } from "./knowledge";
import { messages } from "./messages";
import { portability } from "./portability";
import { runs } from "./runs";
import { threadStream } from "./thread-stream";
import { threads } from "./threads";
import { tokens } from "./tokens";
import { toolDocument } from "./tool-document";
import { tools } from "./tools";
import { usage } from "./usage";
import { webhooks } from "./webhooks";

export const rebyte = new Hono<AppEnv>()
  .route("/", threads)
  .route("/", threadStream)
  .route("/", messages)
  .route("/", files)
  .route("/", tools)
  .route("/", toolDocument)
  .route("/", runs)
  .route("/", knowledge)
  .route("/", tokens)
  .route("/", keys)
  .route("/", webhooks)
  .route("/", usage)
  .route("/", endUsers)
  .route("/", portability)
  .onError(answerErrors(errors));

closeRoutes(rebyte);
