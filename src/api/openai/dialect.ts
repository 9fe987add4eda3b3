/** The dialect of OpenAI's Assistants, version 2: what is mounted at `/openai/v1`. */
import { type ErrorHandler, Hono, type MiddlewareHandler } from "hono";

import type { AppEnv } from "../shared/app-env";
import { answerErrors, closeRoutes } from "../shared/dialect";
import { dialectOf } from "../shared/mount";
import { fail } from "../shared/reply/fail";
import { assistants } from "./assistants/assistants";
import { openaiDocument } from "./document";
import { MEANT_PATHS, errors } from "./failures";
import { files } from "./files/files";
import { messages } from "./messages";
import { models } from "./models";
import { createRuns } from "./runs/create-runs";
import { runs } from "./runs/runs";
import { steps } from "./runs/steps";
import { streamRun } from "./runs/stream-run";
import { submitToolOutputs } from "./runs/submit-outputs";
import { threads } from "./threads";
import { batches } from "./vector-stores/batches";
import { search } from "./vector-stores/search";
import { storeFiles } from "./vector-stores/store-files";
import { stores } from "./vector-stores/stores";

const routes = new Hono<AppEnv>()
  .route("/", assistants)
  .route("/", createRuns)
  .route("/", runs)
  .route("/", submitToolOutputs)
  .route("/", steps)
  .route("/", streamRun)
  .route("/", threads)
  .route("/", messages)
  .route("/", files)
  .route("/", stores)
  .route("/", storeFiles)
  .route("/", batches)
  .route("/", search)
  .route("/", models);

closeRoutes(routes);

/** Azure's clients send the key bare in `api-key`, and their version with every call; one that asks for the first version is refused. */
const readHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.set("credentialHeader", "api-key");
  c.set("ignoredQuery", ["api-version"]);
  if (/\bassistants=v1\b/.test(c.req.header("OpenAI-Beta") ?? "")) {
    const rule = { kind: "named", code: "invalid_beta" } as const;
    const issues = [{ path: ["OpenAI-Beta"], message: NO_V1, rule }];
    fail({ kind: "invalid", where: "header", issues });
  }
  await next();
};

const NO_V1 =
  "The v1 Assistants API has been deprecated. Please try again by setting the header 'OpenAI-Beta: assistants=v2'";

const answerInWords = answerErrors(errors);

/** With what the SDKs heed beside `Retry-After`. */
const answerWithHeaders: ErrorHandler<AppEnv> = async (error, c) => {
  const answer = await answerInWords(error, c);
  for (const [name, value] of Object.entries(retryHeaders(c.var.failure, answer))) {
    answer.headers.set(name, value);
  }
  if (c.req.method === "POST" && c.req.path === UPLOADS) {
    // Some clients send a stream once only, and others hang when they try it again.
    answer.headers.set("x-should-retry", "false");
  }
  return answer;
};

const UPLOADS = "/openai/v1/files";

/** @param failure Its kind. */
function retryHeaders(failure: string | undefined, { status }: Response): Record<string, string> {
  // A quota is not there again in the seconds that an SDK waits.
  if (failure === "quota_exceeded") {
    return { "x-should-retry": "false" };
  }
  const isFirstAtWork = failure === "idempotency" && status === CONFLICT;
  return isFirstAtWork ? { "retry-after-ms": String(FIRST_AT_WORK_RETRY_MS) } : {};
}

const CONFLICT = 409;
/** What most calls take that are not streamed, several times over. */
const FIRST_AT_WORK_RETRY_MS = 500;

const answering = new Hono<AppEnv>().use(readHeaders).route("/", routes).onError(answerWithHeaders);

const UNVERSIONED = /^\/openai\/(?!v1(?:\/|$))/;

/** Azure's clients name their calls without the version: `/openai/threads` is `/openai/v1/threads`. */
function addVersion(path: string): string {
  return path.replace(UNVERSIONED, "/openai/v1/");
}

/** The dialect of OpenAI's Assistants at `/openai/v1`. */
export const openai = dialectOf(openaiDocument, answering, {
  title: "OpenAI's Assistants",
  canonicalPath: addVersion,
  meantPaths: MEANT_PATHS,
  exposedHeaders: ["openai-poll-after-ms", "x-should-retry", "retry-after-ms"],
});
