/** Listens to what an object tells, line by line, through its crashes: each line once. */
import type { Failure, Outcome } from "../../domain/failure";
import { RETRY } from "../../limits";
import { readLines } from "./read-lines";
import { mayRetry, pause } from "./retry";

export interface Source<Place, Item> {
  open: (place: Place) => Promise<Outcome<ReadableStream<Uint8Array>>>;
  /** The listener's place once it has heard this. */
  placeAfter: (item: Item) => Place;
  isLast: (item: Item) => boolean;
}

/** What has come together; null is a keep-alive. */
export type Batch<Item> = (Item | null)[];

/**
 * The news behind a place. Where the way to the object breaks it is opened
 * again at the place that was reached. Returns why it could not be opened, or null at its end.
 */
export async function* resumeStream<Place, Item extends object>(
  { open, placeAfter, isLast }: Source<Place, Item>,
  start: Place,
  signal: AbortSignal,
): AsyncGenerator<Batch<Item>, Failure | null> {
  let place = start;
  for (let tries = 0; !signal.aborted; tries += 1) {
    if (tries > 0) {
      await pause(tries);
    }
    const opened = await openIfThere(() => open(place), tries + 1);
    if (opened?.ok === false) {
      return opened.failure;
    }
    for await (const batch of opened === null ? [] : parsed<Item>(opened.value, signal)) {
      tries = 0;
      const last = batch.findLast((item) => item !== null) ?? null;
      place = last === null ? place : placeAfter(last);
      yield batch;
      if (last !== null && isLast(last)) {
        return null;
      }
    }
  }
  return null;
}

/** Null where it is worth another try. */
async function openIfThere<T>(open: () => Promise<T>, tries: number): Promise<T | null> {
  if (tries > RETRY.maxTries) {
    throw new Error("an object breaks off again and again");
  }
  try {
    return await open();
  } catch (error) {
    if (!mayRetry(error)) {
      throw error;
    }
    return null;
  }
}

async function* parsed<Item>(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Batch<Item>> {
  for await (const lines of readLines(stream, signal)) {
    const batch: Batch<Item> = lines.map((line) => (line === "" ? null : JSON.parse(line)));
    yield batch;
  }
}
