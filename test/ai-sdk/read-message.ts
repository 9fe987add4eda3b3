/** Chunks as each major's own reader makes a message of them. */
import { readUIMessageStream as read7 } from "ai";
import { readUIMessageStream as read5 } from "ai-5";
import { readUIMessageStream as read6 } from "ai-6";

export const MAJORS = [5, 6, 7] as const;
export type Major = (typeof MAJORS)[number];

export interface Chunk {
  type: string;
  [field: string]: unknown;
}

interface Part {
  type: string;
  text?: string;
  [field: string]: unknown;
}

export interface Message {
  id: string;
  role: string;
  parts: Part[];
  metadata?: { bobbin?: Record<string, unknown> };
}

const READERS = { 5: read5, 6: read6, 7: read7 } as const;

/** The last state of the message as that major's page would hold it; throws where its stream would die. */
export async function readMessage(
  chunks: readonly Chunk[],
  major: Major,
  message?: Message,
): Promise<Message> {
  const errors: unknown[] = [];
  const stream = new ReadableStream({
    start(controller) {
      chunks.forEach((chunk) => controller.enqueue(chunk));
      controller.close();
    },
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the three agree in what is read here
  const read = READERS[major] as unknown as (given: object) => AsyncIterable<Message>;
  let last: Message | undefined;
  const onError = (error: unknown): void => void errors.push(error);
  for await (const state of read({ message, stream, onError, terminateOnError: false })) {
    last = state;
  }
  if (errors.length > 0) {
    throw new Error(`ai ${major}: ${errors.map(String).join("; ")}`);
  }
  if (last === undefined) {
    throw new Error(`ai ${major} read no message`);
  }
  return last;
}

export const textOf = ({ parts }: Message): string =>
  parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("|");
