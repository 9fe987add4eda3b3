/** Bobbin's own calls, beside ReByte's and in its forms. */
import { Hono } from "hono";

import type { AppEnv } from "../shared/app-env";
import { endUsers } from "./end-users";
import { keys } from "./keys";
import { knowledge } from "./knowledge";
import { knowledgeBatches } from "./knowledge-batches";
import { portability } from "./portability/routes";
import { project } from "./project";
import { runs } from "./runs";
import { tokens } from "./tokens";
import { toolDocument } from "./tool-document";
import { tools } from "./tools";
import { usage } from "./usage";
import { webhooks } from "./webhooks";

/** Bobbin's own calls, below the prefix of ReByte's dialect. */
export const platformRoutes = new Hono<AppEnv>()
  .route("/", tools)
  .route("/", toolDocument)
  .route("/", runs)
  .route("/", knowledge)
  .route("/", knowledgeBatches)
  .route("/", tokens)
  .route("/", keys)
  .route("/", project)
  .route("/", webhooks)
  .route("/", usage)
  .route("/", endUsers)
  .route("/", portability);
