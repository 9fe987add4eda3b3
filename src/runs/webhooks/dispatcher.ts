/**
 * Tells a project of its runs. An announcement is written beside the change that it announces, in
 * one transaction; turned into one delivery an address in the store; and each delivery is tried
 * until its receiver has taken it or its time is over. Whatever is being tried is due again a little
 * later, so that an object that dies over it tries anew: a receiver may hear of a thing twice, under
 * one id.
 */
import type { Due, Posted, WebhookPorts } from "../../adapters/webhook-ports";
import type { Run } from "../../domain/run";
import type { Announcement } from "../../domain/webhook";
import { RUN, WEBHOOK } from "../../limits";
import type { AlarmName } from "../object/alarm-names";
import type { Clock } from "../object/clock";
import type { NamedAlarms } from "../object/named-alarms";
import type { Presenters } from "../object/presenters";
import type { DeliveryAddress } from "../object/protocol";
import type { PlannedRun } from "../object/run-blobs";
import { settleAttempt } from "./delivery-outcome";
import { type Item, Outbox, type OutboxEntry } from "./outbox";
import { signWebhook } from "./signature";

export interface WebhookDispatcherParts {
  storage: Pick<DurableObjectStorage, "sql" | "transactionSync" | "sync">;
  clock: Clock;
  report: (message: string, error: unknown) => void;
  webhooks: WebhookPorts;
  presenters: Presenters;
  alarms: NamedAlarms<AlarmName>;
  /** Aborted when the tables go. */
  erased: AbortSignal;
}

export class WebhookDispatcher {
  readonly #parts: WebhookDispatcherParts;
  readonly #outbox: Outbox;
  /** Memory: entries in hand. */
  readonly #busy = new Set<string>();
  /** Memory: announcements that `tell` takes in hand at once, and the alarm only after a crash. */
  readonly #fresh = new Set<string>();

  constructor(parts: WebhookDispatcherParts) {
    this.#parts = parts;
    this.#outbox = new Outbox(parts.storage.sql);
  }

  /** For the transaction of what is announced; then `tell`. */
  enqueue(
    { request, ownHost }: PlannedRun,
    { type, atMs, calls }: Pick<Announcement, "type" | "atMs" | "calls">,
  ): void {
    const { projectId, runId, webhookUrl } = request;
    const announcement = { projectId, runId, type, atMs, calls, webhookUrl };
    const id = `${runId}/${type}/${atMs}`;
    const item = { kind: "announcement", announcement, ownHost } as const;
    this.#outbox.put(id, item, this.#parts.clock.now() + RUN.watchMs);
    this.#fresh.add(id);
    this.#arm();
  }

  redeliver({ projectId, deliveryId, ownHost }: DeliveryAddress): void {
    const { clock } = this.#parts;
    this.#transaction(() => {
      this.#outbox.put(deliveryId, { kind: "delivery", projectId, ownHost }, clock.now());
      this.#arm();
    });
    this.dispatch();
  }

  /** Takes in hand what is due. Nobody waits for it: a slow receiver must hold up no alarm. */
  dispatch(): void {
    const { clock, erased } = this.#parts;
    if (erased.aborted || this.#outbox.nextAtMs() === null) {
      return;
    }
    const nowMs = clock.now();
    const room = WEBHOOK.maxAtOnce - this.#busy.size;
    const due = room > 0 ? this.#outbox.due(nowMs, [...this.#fresh], room) : [];
    this.#transaction(() => {
      for (const { id } of due) {
        this.#busy.add(id);
        if (!this.#fresh.delete(id)) {
          this.#outbox.postpone(id, nowMs + WEBHOOK.leaseMs);
        }
      }
      this.#arm();
    });
    for (const entry of due) {
      void this.#handle(entry);
    }
  }

  /** When the next announcement or delivery is due; null where there is none. */
  nextAtMs(): number | null {
    return this.#outbox.nextAtMs();
  }

  #transaction(work: () => void): void {
    try {
      this.#parts.storage.transactionSync(work);
    } catch (error) {
      this.#outbox.dropMemory();
      throw error;
    }
  }

  async #handle({ id, item }: OutboxEntry): Promise<void> {
    const { report, erased } = this.#parts;
    let settle: () => void;
    try {
      settle =
        item.kind === "announcement" ? await this.#fanOut(id, item) : await this.#deliver(id, item);
    } catch (error) {
      report("a webhook could not be told", error);
      settle = () => {};
    }
    this.#busy.delete(id);
    if (!erased.aborted) {
      this.#transaction(() => {
        settle();
        this.#arm();
      });
      this.dispatch();
    }
  }

  /** @returns What is to be written of it. */
  async #fanOut(
    id: string,
    { announcement, ownHost }: Extract<Item, { kind: "announcement" }>,
  ): Promise<() => void> {
    const { webhooks, clock } = this.#parts;
    const { projectId } = announcement;
    const deliveryIds = await webhooks.fanOut(announcement);
    return () => {
      for (const deliveryId of deliveryIds) {
        this.#outbox.put(deliveryId, { kind: "delivery", projectId, ownHost }, clock.now());
      }
      this.#outbox.remove(id);
    };
  }

  async #deliver(
    id: string,
    { projectId, ownHost }: Extract<Item, { kind: "delivery" }>,
  ): Promise<() => void> {
    const { webhooks, clock } = this.#parts;
    const due = await webhooks.read(projectId, id);
    if (due === null) {
      return () => this.#outbox.remove(id);
    }
    const { delivery } = due;
    const posted = await this.#post(due, ownHost);
    const attempt = settleAttempt(posted, delivery, clock.now());
    await webhooks.note(projectId, delivery, attempt);
    return () =>
      attempt.dueAtMs === null
        ? this.#outbox.remove(id)
        : this.#outbox.postpone(id, attempt.dueAtMs);
  }

  async #post({ delivery, run }: Due, ownHost: string): Promise<Posted> {
    const { webhooks, presenters, clock } = this.#parts;
    const { id, url, secrets } = delivery;
    if (secrets.length === 0) {
      return { error: "The project has no webhook without a url: nothing to sign with." };
    }
    const body = JSON.stringify(payloadOf({ delivery, run }, presenters));
    const signature = await signWebhook(secrets, { id, atMs: clock.now(), body });
    const headers = { "Content-Type": "application/json", ...signature };
    return webhooks.post({ url, headers, body, ownHost });
  }

  /**
   * While as many deliveries as may be are under way, the next one begins when one of them ends; the
   * alarm stands for an object that dies before that.
   */
  #arm(): void {
    const { alarms, clock } = this.#parts;
    const nextAtMs = this.#outbox.nextAtMs();
    if (nextAtMs === null) {
      alarms.set({ tell: null });
    } else {
      const isFull = this.#busy.size >= WEBHOOK.maxAtOnce;
      const wakeAtMs = isFull ? Math.max(nextAtMs, clock.now() + WEBHOOK.leaseMs) : nextAtMs;
      alarms.set({ tell: wakeAtMs });
    }
  }
}

/** The same in every attempt: what has ended changes no more, and a wait is shown as it was. */
function payloadOf({ delivery, run }: Due, presenters: Presenters): object {
  const { type, calls, createdAtMs } = delivery;
  const shown: Run =
    calls === null
      ? run
      : { ...run, status: "requires_action", error: null, results: null, pendingCalls: calls };
  return {
    type,
    timestamp: new Date(createdAtMs).toISOString(),
    data: { run: presenters.webhookRun(shown) },
  };
}
