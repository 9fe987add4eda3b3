import { describe, it } from "vitest";

import type { ActionPlace, RunEvent } from "../../src/domain/run-event";
import { partialTexts } from "../../src/runs/queue/partial-text";
import { PLACE } from "../support/coordinator";

type Telling = Extract<RunEvent, { type: "text-delta" | "action-reset" }>;

function say(text: string, place: Partial<ActionPlace> = {}): Telling {
  return { type: "text-delta", place: { ...PLACE, ...place }, text };
}

function reset(place: Partial<ActionPlace> = {}): Telling {
  return { type: "action-reset", place: { ...PLACE, ...place } };
}

function inMap(iteration: number): Partial<ActionPlace> {
  return { map: { name: "EACH", iteration } };
}

describe("the text that a stopped run had told", () => {
  it.for<[string, Telling[], (string | null)[]]>([
    ["is none where nothing was told", [], [null]],
    ["is put together from its pieces", [say("a"), say("b")], ["ab"]],
    ["does not hold what was withdrawn", [say("a"), reset(), say("b")], ["b"]],
    ["is none where all was withdrawn", [say("a"), reset()], [null]],
    [
      "is that of the action that told last",
      [say("draft", { name: "DRAFT" }), say("answer"), say("!", {})],
      ["answer!"],
    ],
    [
      "is the draft's where the later action's was withdrawn",
      [say("draft", { name: "DRAFT" }), say("answer"), reset()],
      ["draft"],
    ],
    ["is kept row by row", [say("a"), say("b", { row: 1 }), say("c")], ["ac", "b"]],
    [
      "has the passes of a map in their order",
      [say("2", inMap(1)), say("1", inMap(0)), say("!", inMap(1))],
      ["1\n\n2!"],
    ],
  ])("%s", ([, events, expected], { expect }) => {
    expect(partialTexts(events, expected.length)).toEqual(expected);
  });
});
