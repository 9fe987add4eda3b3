/** The served Worker of the bench, and what it spends. */
import { performance } from "node:perf_hooks";

import * as z from "zod";

export const ADMIN_KEY = "bench";

const Spent = z.object({
  calls: z.number(),
  queries: z.number(),
  subrequests: z.number(),
  rowsRead: z.number(),
  rowsWritten: z.number(),
});
const Made = z.object({ project: z.object({ id: z.string() }) });
const Key = z.object({ secret: z.string() });

export class Account {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async call(method: string, route: string, key: string, body?: string): Promise<unknown> {
    const reply = await fetch(this.url + route, {
      method,
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      ...(body !== undefined && { body }),
    });
    const text = await reply.text();
    if (reply.status !== 200) {
      throw new Error(`${method} ${route}: ${reply.status} ${text}`);
    }
    return JSON.parse(text);
  }

  async makeProject(): Promise<{ id: string; key: string }> {
    const made = await this.call("POST", "/admin/projects", ADMIN_KEY, '{"name":"bench"}');
    const { id } = Made.parse(made).project;
    const keys = `/admin/projects/${id}/keys`;
    return { id, key: Key.parse(await this.call("POST", keys, ADMIN_KEY, '{"name":"b"}')).secret };
  }

  /** Since it was last asked. */
  async spent(): Promise<z.output<typeof Spent>> {
    return Spent.parse(await this.call("GET", "/bench/spent", ""));
  }

  async told(name: string, records: number, work: () => Promise<void>): Promise<void> {
    await this.spent();
    const startedAt = performance.now();
    await work();
    const seconds = (performance.now() - startedAt) / 1000;
    const { calls, queries, subrequests, rowsRead, rowsWritten } = await this.spent();
    const per = (value: number, digits = 1) => ((value * 1000) / records).toFixed(digits);
    const columns = [
      per(calls, 2).padStart(7),
      per(queries).padStart(9),
      per(subrequests).padStart(13),
      per(rowsRead, 0).padStart(11),
      per(rowsWritten, 0).padStart(14),
      per(seconds, 2).padStart(9),
    ];
    console.log(name.padEnd(17) + columns.join(""));
  }
}
