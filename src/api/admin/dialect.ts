/** The operator's API: what is mounted at `/admin`. It words errors as `/api/sdk` does. */
import { Hono } from "hono";

import type { AppEnv } from "../shared/app-env";
import { answerErrors, closeRoutes, noRoute } from "../shared/dialect";
import { dialectOf } from "../shared/mount";
import { errors } from "../shared/reply/typed-errors";
import { adminDocument } from "./document";
import { health } from "./health";
import { portability } from "./portability";
import { projects } from "./projects";

const routes = new Hono<AppEnv>()
  // Without the secret none of it exists, not even as a 401 or 405.
  .use(async (c, next) => (c.env.ADMIN_KEY ? next() : noRoute(c)))
  .route("/", health)
  .route("/", projects)
  .route("/", portability)
  .onError(answerErrors(errors));

closeRoutes(routes);

/** The operator's calls at `/admin`; without `ADMIN_KEY` there are none. */
export const admin = dialectOf(adminDocument, routes);
