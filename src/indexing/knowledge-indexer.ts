/**
 * The Durable Object of one knowledge: its alarm indexes the documents that wait, some at a time, until none
 * does. It stores nothing but the address of its knowledge: D1 has the work that is to be done, and the sweep
 * wakes the object where a wake-up was lost.
 */
import { DurableObject } from "cloudflare:workers";

import { indexWaiting } from "./index-waiting";

export interface KnowledgeAddress {
  projectId: string;
  /** The knowledge's number in its project's database. */
  number: number;
}

const ADDRESS = "address";

/** The Durable Object of one knowledge: indexes its documents in alarms. */
export class KnowledgeIndexer extends DurableObject<Env> {
  /** Memory: counts wake-ups, so that one that comes while the alarm is at work is noticed. */
  #wakeUps = 0;

  async wake(address: KnowledgeAddress): Promise<void> {
    this.#wakeUps += 1;
    this.ctx.storage.kv.put(ADDRESS, address);
    if ((await this.ctx.storage.getAlarm()) === null) {
      await this.ctx.storage.setAlarm(Date.now());
    }
  }

  override async alarm(): Promise<void> {
    const address = this.ctx.storage.kv.get<KnowledgeAddress>(ADDRESS);
    if (address === undefined) {
      return;
    }
    const before = this.#wakeUps;
    const nextAtMs = await indexWaiting(this.env, address);
    if (nextAtMs !== null || this.#wakeUps > before) {
      await this.ctx.storage.setAlarm(nextAtMs ?? Date.now());
    } else {
      await this.ctx.storage.deleteAll();
    }
  }
}
