/** D1 as the coordinator knows it, in Maps: for tests that try thousands of orders of events. */
import { success } from "../../src/domain/failure";
import type { Message } from "../../src/domain/message";
import type { RunRecords } from "../../src/runs/object/dependencies";
import type { RunAdmission } from "../../src/store/runs/admit-run";
import type { RunEnding } from "../../src/store/runs/run-records";

export class MapRecords implements RunRecords {
  readonly admissions = new Map<string, RunAdmission>();
  readonly endings = new Map<string, RunEnding>();
  messages: Message[] = [];

  async admit(admission: RunAdmission) {
    const { runId } = admission.request;
    if (!this.admissions.has(runId)) {
      this.admissions.set(runId, admission);
      this.#write(admission.messages);
    }
    return success({
      isOpen: !this.endings.has(runId),
      lastMessage: this.messages.length,
      isStale: false,
      hasTokenQuota: false,
      thread: null,
    });
  }

  async withdraw({ request, messages }: RunAdmission): Promise<void> {
    this.admissions.delete(request.runId);
    this.#remove(messages);
  }

  async end(ending: RunEnding) {
    if (!this.endings.has(ending.runId)) {
      this.endings.set(ending.runId, ending);
      this.#write(ending.messages);
      this.#remove(ending.withdrawnMessages);
    }
    const places = new Map(this.messages.map(({ id }, index) => [id, index + 1]));
    return { places, hasWebhooks: false };
  }

  async saveReply({ message }: { message: Message }) {
    this.#write([message]);
    return this.messages.findIndex(({ id }) => id === message.id) + 1;
  }

  async updateStatus(): Promise<void> {}

  #write(messages: readonly Message[]): void {
    const known = new Set(this.messages.map(({ id }) => id));
    this.messages.push(...messages.filter(({ id }) => !known.has(id)));
  }

  #remove(messages: readonly Pick<Message, "id">[]): void {
    const ids = new Set(messages.map(({ id }) => id));
    this.messages = this.messages.filter(({ id }) => !ids.has(id));
  }
}
