/** What the runtimes of the tests have computed so far, which only Linux tells, from outside. */
import { processorMs, workerdPids } from "../../bench/process.ts";

/** For a service binding: milliseconds of each runtime, by its process; none where there is no /proc. */
export function answerProcessorMs(): Response {
  return Response.json(Object.fromEntries(workerdPids().map((pid) => [pid, processorMs(pid)])));
}
