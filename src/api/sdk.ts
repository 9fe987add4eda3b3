/** What is mounted at `/api/sdk`: ReByte's calls, and Bobbin's own in the same forms. */
import { Hono } from "hono";

import { platformRoutes } from "./platform/routes";
import { rebyteRoutes } from "./rebyte/routes";
import type { AppEnv } from "./shared/app-env";
import { answerErrors, closeRoutes } from "./shared/dialect";
import { errors } from "./shared/reply/typed-errors";

export const sdk = new Hono<AppEnv>()
  .route("/", rebyteRoutes)
  .route("/", platformRoutes)
  .onError(answerErrors(errors));

closeRoutes(sdk);
