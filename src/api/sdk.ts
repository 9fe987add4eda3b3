/** What is mounted at `/api/sdk`: ReByte's calls, and Bobbin's own in the same forms. */
import { Hono } from "hono";

import { platformRoutes } from "./platform/routes";
import { errors } from "./rebyte/failures";
import { rebyteRoutes } from "./rebyte/routes";
import type { AppEnv } from "./shared/app-env";
import { answerErrors, closeRoutes } from "./shared/dialect";

export const sdk = new Hono<AppEnv>()
  .route("/", rebyteRoutes)
  .route("/", platformRoutes)
  .onError(answerErrors(errors));

closeRoutes(sdk);
