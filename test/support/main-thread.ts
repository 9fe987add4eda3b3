/** What a page's main thread does for how long, by the processor's time: waiting for a turn is not counted. */
import type { Page } from "playwright-core";
import * as z from "zod";

const Event = z.looseObject({
  name: z.string(),
  pid: z.number(),
  tid: z.number(),
  tdur: z.number().optional(),
  args: z.looseObject({ name: z.unknown().optional() }).optional(),
});
const Collected = z.object({ value: z.array(Event) });

const TASK = /(?:^|::)RunTask$/;

/** @returns The longest task of the page's main thread while the work went on, in milliseconds. */
export async function longestTask(page: Page, work: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const events: z.output<typeof Event>[] = [];
  session.on("Tracing.dataCollected", (told) => events.push(...Collected.parse(told).value));
  const traceConfig = { includedCategories: ["toplevel", "__metadata"] };
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig });
  await work();
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await complete;
  const main = new Set(
    events
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = events.filter(({ name, pid, tid }) => TASK.test(name) && main.has(`${pid} ${tid}`));
  if (tasks.length === 0) {
    throw new Error("the trace holds no task of a page");
  }
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000));
}
