/** Listens to what an object tells, line by line, through its crashes: each line once. */
import type { Failure, Outcome } from "../../domain/failure";
import { RETRY } from "../../limits";
import { readLines } from "./read-lines";
import { mayRetry, pause } from "./retry";

export interface Line<Place, News> {
  open: (place: Place) => Promise<Outcome<ReadableStream<Uint8Array>>>;
  /** The listener's place once it has heard this. */
  placeAfter: (news: News) => Place;
  isLast: (news: News) => boolean;
}

/** What has come together; null is a keep-alive. */
export type Batch<News> = (News | null)[];

/**
 * The news behind a place. Where the way to the object breaks it is opened
 * again at the place that was reached. Returns why it could not be opened, or null at its end.
 */
export async function* holdOn<Place, News extends object>(
  { open, placeAfter, isLast }: Line<Place, News>,
  start: Place,
  signal: AbortSignal,
): AsyncGenerator<Batch<News>, Failure | null> {
  let place = start;
  for (let tries = 0; !signal.aborted; tries += 1) {
    if (tries > 0) {
      await pause(tries);
    }
    const opened = await openIfThere(() => open(place), tries + 1);
    if (opened?.ok === false) {
      return opened.failure;
    }
    for await (const batch of opened === null ? [] : parsed<News>(opened.value, signal)) {
      tries = 0;
      const last = batch.findLast((news) => news !== null) ?? null;
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

async function* parsed<News>(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Batch<News>> {
  for await (const lines of readLines(stream, signal)) {
    const batch: Batch<News> = lines.map((line) => (line === "" ? null : JSON.parse(line)));
    yield batch;
  }
}
