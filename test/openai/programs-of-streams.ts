/** Recorded streams, with keep-alives, cut at every byte and taken up behind every number. */
import { it } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { textOf } from "./bench.ts";
import { readAsPython, snapshotsOf } from "./python-rules.ts";
import { type Recording, byteByByte, lastNumber, withKeepAlives } from "./recordings.ts";
import type { OpenAI, Sdk } from "./sdks.ts";

type Stream = ReturnType<OpenAI["beta"]["threads"]["runs"]["stream"]>;

/** What of a stream the helper of the SDK has made. */
async function madeOf(stream: Stream) {
  const run = { status: "" };
  const texts = new Map<string, string>();
  stream.on("event", ({ event, data }) => {
    const [, what, state] = event.split(".");
    if (what === "run" && state !== "step") {
      run.status = "status" in data && data.status ? data.status : "";
    }
  });
  stream.on("messageDone", (message) => texts.set(message.id, textOf(message)));
  await stream.done();
  const steps = await stream.finalRunSteps();
  return { status: run.status, texts: [...texts.values()], stepIds: steps.map(({ id }) => id) };
}

/** Fails as some majors do that know no event for how the run ended. */
async function madeOrLost(sdk: Sdk, stream: Stream) {
  try {
    return await madeOf(stream);
  } catch (error) {
    if (error instanceof Error && /Final run has not been received/.test(error.message)) {
      return sdk.major;
    }
    throw error;
  }
}

export function programsOfStreams(sdk: Sdk, recorded: () => Promise<Recording[]>): void {
  /** A client whose every answer is this body. */
  const clientOf = (body: () => ReadableStream) =>
    new sdk.OpenAI({
      apiKey: DEMO.key,
      fetch: async () =>
        new Response(body(), { headers: { "Content-Type": "text/event-stream; charset=utf-8" } }),
    });

  it("reads streams of all outcomes that come byte by byte, with keep-alives", async ({
    expect,
  }) => {
    for (const { name, events, lines, ...told } of await recorded()) {
      const body = () => byteByByte(withKeepAlives(events));
      const { runs } = clientOf(body).beta.threads;
      const names: string[] = [];
      for await (const { event } of await runs.create("t", { assistant_id: "a", stream: true })) {
        names.push(event);
      }
      const wire = [...events.matchAll(/^event: (.*)$/gm)].map(([, event]) => event);
      expect(names, name).toEqual(wire.filter((event) => event !== "done"));
      const expected = expectedOf(sdk, told);
      const streamed = runs.stream("t", { assistant_id: "a" });
      expect(await madeOrLost(sdk, streamed), name).toEqual(expected);
      const read = sdk.AssistantStream.fromReadableStream(byteByByte(lines));
      expect(await madeOrLost(sdk, read), name).toEqual(expected);
    }
  });

  it("takes up every recorded stream behind each of its numbers", async ({ expect }) => {
    const places = (await recorded()).flatMap((recording) =>
      recording.behind.map((rest) => ({ recording, ...rest })),
    );
    for (const { recording, after, events, lines } of places) {
      const place = `${recording.name}, after ${after}`;
      const numbers = [...events.matchAll(/^id: (\d+)$/gm)].map(([, n]) => Number(n));
      const left = lastNumber(recording) - after;
      expect(numbers, place).toEqual(Array.from({ length: left }, (_, n) => after + n + 1));
      const { runs } = clientOf(() => bodyOf(events)).beta.threads;
      // Each is begun once somebody listens: nothing is told twice.
      for (const openStream of [
        () => runs.stream("t", { assistant_id: "a" }),
        () => sdk.AssistantStream.fromReadableStream(bodyOf(lines)),
      ]) {
        const made = await madeOrLost(sdk, openStream());
        const { status, texts } = typeof made === "number" ? recording : made;
        expect(status, place).toBe(recording.status);
        expect(recording.texts.join("|"), place).toContain(texts.join("|"));
      }
    }
  });
}

const Contents = z.array(
  z.looseObject({
    type: z.string(),
    text: z.object({ value: z.string() }).optional(),
    refusal: z.string().optional(),
  }),
);
const Calls = z.object({
  tool_calls: z
    .array(
      z.looseObject({
        id: z.string(),
        function: z.object({ arguments: z.string() }).optional(),
        code_interpreter: z.object({ input: z.string() }).optional(),
      }),
    )
    .optional(),
});

/** The rules of the SDK for Python, for machines that do not have it: the first reader that minds what npm's do not. */
export function rulesOfPython(recorded: () => Promise<Recording[]>): void {
  it("reads every recorded stream, and sums it up to what its ends say", async ({ expect }) => {
    for (const { name, events, status } of await recorded()) {
      const read = readAsPython(withKeepAlives(events));
      expect(read.at(-1)?.event, name).toBe(`thread.run.${status}`);
      for (const { event, snapshot, end } of snapshotsOf(read)) {
        if (event.startsWith("thread.message")) {
          const said = (of: typeof end) =>
            Contents.parse(of["content"]).map(({ text, refusal }) => text?.value ?? refusal);
          expect(said(snapshot), name).toEqual(said(end));
        } else {
          const called = (of: typeof end) =>
            Calls.parse(of["step_details"]).tool_calls?.map((call) => [
              call.id,
              call.function?.arguments ?? call.code_interpreter?.input,
            ]);
          expect(called(snapshot), name).toEqual(called(end));
        }
      }
    }
  });
}

function bodyOf(text: string): ReadableStream {
  return new Blob([text]).stream();
}

/** The fourth major knows no end of a run that is incomplete. */
function expectedOf(
  { major }: Sdk,
  told: Pick<Recording, "status" | "texts" | "stepIds">,
): number | Pick<Recording, "status" | "texts" | "stepIds"> {
  const { status, texts, stepIds } = told;
  return major === 4 && status === "incomplete" ? major : { status, texts, stepIds };
}
