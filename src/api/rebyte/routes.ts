/** ReByte's published calls. */
import { Hono } from "hono";

import type { AppEnv } from "../shared/app-env";
import { files } from "./files";
import { messages } from "./messages";
import { runSteps } from "./run-steps";
import { runs } from "./runs";
import { threadStream } from "./thread-stream";
import { threads } from "./threads";

/** The calls of ReByte's published pages. */
export const rebyteRoutes = new Hono<AppEnv>()
  .route("/", threads)
  .route("/", threadStream)
  .route("/", messages)
  .route("/", files)
  .route("/", runs)
  .route("/", runSteps);
