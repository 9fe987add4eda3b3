/** What is mounted at `/api/sdk`: ReByte's calls, and Bobbin's own in the same forms. */
import { Hono } from "hono";

import { platformRoutes } from "./platform/routes";
import { rebyteDocument } from "./rebyte/document";
import { rebyteRoutes } from "./rebyte/routes";
import type { AppEnv } from "./shared/app-env";
import { answerErrors, closeRoutes } from "./shared/dialect";
import { dialectOf } from "./shared/mount";
import { errors } from "./shared/reply/typed-errors";

const routes = new Hono<AppEnv>()
  .route("/", rebyteRoutes)
  .route("/", platformRoutes)
  .onError(answerErrors(errors));

closeRoutes(routes);

export const sdk = dialectOf(rebyteDocument, routes, { title: "ReByte's" });
