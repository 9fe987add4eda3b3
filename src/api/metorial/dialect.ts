/** The Metorial dialect: what is mounted at `/v1`. */
import { Hono } from "hono";

import type { AppEnv } from "../shared/app-env";
import { answerErrors, closeRoutes } from "../shared/dialect";
import { dialectOf } from "../shared/mount";
import { actors } from "./actors";
import { agents } from "./agents";
import { metorialDocument } from "./document";
import { errors } from "./failures";
import { threads } from "./threads";

const routes = new Hono<AppEnv>()
  .route("/", threads)
  .route("/", actors)
  .route("/", agents)
  .onError(answerErrors(errors));

closeRoutes(routes);

const UNVERSIONED = /^\/(?:threads|actors|agents)(?:\/|$)/;

/** The published page names its calls without the version too: `/threads` is `/v1/threads`. */
function addVersion(path: string): string {
  return UNVERSIONED.test(path) ? `/v1${path}` : path;
}

/** Metorial's dialect at `/v1`. */
export const metorial = dialectOf(metorialDocument, routes, {
  title: "Metorial's",
  canonicalPath: addVersion,
});
