/** Exports, part by part, each checked for its end. */
import { createHash } from "node:crypto";

import * as z from "zod";

import { UserError } from "../local/settings.ts";
import type { Deployment, ProjectDoor } from "./deployment.ts";
import { linesOf, typeOf } from "./line-stream.ts";

/** A part that broke off is asked for again so often. */
const TRIES = 5;

const PartEnd = z.object({
  type: z.literal("end"),
  sha256: z.string(),
  next: z.string().nullable(),
});

/** What is done with the records of a part. */
export interface RecordSink {
  /** A part begins, perhaps once more: what came of it before is to be forgotten. */
  begin: () => Promise<void> | void;
  record: (type: string, line: Buffer) => Promise<void> | void;
}

/**
 * Hands the records of one part to the sink.
 * @param cursor Null for the first part.
 * @param limit Records of the part; as many as the server gives unless said.
 * @returns The cursor of the next part; null where this was the last.
 */
export async function readPart(
  deployment: Deployment,
  door: ProjectDoor,
  cursor: string | null,
  sink: RecordSink,
  limit?: number,
): Promise<string | null> {
  const asked = new URLSearchParams({
    ...(cursor !== null && { cursor }),
    ...(limit !== undefined && { limit: String(limit) }),
  }).toString();
  const query = asked === "" ? "" : `?${asked}`;
  for (let tries = 1; ; tries += 1) {
    await sink.begin();
    const reply = await deployment.call(`${door.path}/export${query}`);
    try {
      return await readLines(reply, sink);
    } catch (error) {
      if (!(error instanceof BrokenPart)) {
        throw error;
      }
      if (tries === TRIES) {
        throw new UserError(
          `The export of ${door.id ?? "the project"} breaks off (${error.message}), ${TRIES} times at the same place. See the log of the deployment, then run this again: it goes on.`,
          { cause: error },
        );
      }
    }
  }
}

class BrokenPart extends Error {}

async function readLines(reply: Response, sink: RecordSink): Promise<string | null> {
  const digest = createHash("sha256");
  for await (const line of unbroken(reply)) {
    const type = typeOf(line);
    if (type === "end") {
      const end = PartEnd.parse(JSON.parse(line.toString()));
      if (end.sha256 !== digest.digest("hex")) {
        throw new BrokenPart("its digest is another");
      }
      return end.next;
    }
    digest.update(line);
    if (type !== "bobbin_export") {
      await sink.record(type, line);
    }
  }
  throw new BrokenPart("there is no last line");
}

/** What the network does to the body is the part's trouble; what the sink throws is not. */
async function* unbroken(reply: Response): AsyncGenerator<Buffer> {
  const lines = linesOf(reply.body ?? []);
  for (;;) {
    const next = await lines.next().catch((error: unknown) => {
      throw new BrokenPart(error instanceof Error ? error.message : String(error));
    });
    if (next.done === true) {
      return;
    }
    yield next.value;
  }
}
