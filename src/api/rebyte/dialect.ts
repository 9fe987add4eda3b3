/** The ReByte dialect: what is mounted at `/api/sdk`. */
import { Hono } from "hono";

import { endUsers } from "../platform/end-users";
import { keys } from "../platform/keys";
import { knowledge } from "../platform/knowledge";
import { portability } from "../platform/portability";
import { tokens } from "../platform/tokens";
import { toolDocument } from "../platform/tool-document";
import { tools } from "../platform/tools";
import { usage } from "../platform/usage";
import { webhooks } from "../platform/webhooks";
import type { AppEnv } from "../shared/app-env";
import { answerErrors, closeRoutes } from "../shared/dialect";
import { errors } from "./failures";
import { files } from "./files";
import { messages } from "./messages";
import { runs } from "./runs";
import { threadStream } from "./thread-stream";
import { threads } from "./threads";

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
