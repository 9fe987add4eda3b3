/**
 * What of a stream is open behind some event of it. A reader that comes back there is told it first, as
 * begun with what it holds by then: SDKs take no delta of what they have not seen begin.
 */
import { isJsonObject } from "../../../domain/json";
import type { StreamEvent } from "./step-encoder";

type Json = Record<string, unknown>;

export class Standing {
  #message: Json | null = null;
  #step: Json | null = null;

  take({ event, data }: StreamEvent): void {
    if (!isJsonObject(data)) {
      return;
    }
    const [, , what, kind] = event.split(".");
    if (what === "step") {
      this.#step = after(this.#step, kind, data, addToStep);
    } else if (event.startsWith("thread.message.")) {
      this.#message = after(this.#message, what, data, addToMessage);
    }
  }

  replay(): StreamEvent[] {
    return [
      ...(this.#step === null ? [] : [{ event: "thread.run.step.created", data: this.#step }]),
      ...(this.#message === null ? [] : [{ event: "thread.message.created", data: this.#message }]),
    ];
  }
}

function after(
  open: Json | null,
  kind: string | undefined,
  data: Json,
  add: (open: Json, delta: Json) => Json,
): Json | null {
  if (kind === "created" || kind === "in_progress") {
    return data;
  }
  const { delta } = data;
  return kind === "delta" && open !== null && isJsonObject(delta) ? add(open, delta) : null;
}

function addToMessage(message: Json, { content }: Json): Json {
  const [part = {}] = objectsIn(message["content"]);
  const refusals = [part, ...objectsIn(content)].filter(({ type }) => type === "refusal");
  if (refusals.length > 0) {
    const refusal = refusals.map((piece) => String(piece["refusal"])).join("");
    return { ...message, content: [{ type: "refusal", refusal }] };
  }
  const pieces = objectsIn(content).map(({ text }) => (isJsonObject(text) ? text : {}));
  const before = isJsonObject(part["text"]) ? part["text"] : { value: "", annotations: [] };
  const value = [before, ...pieces].map((text) => String(text["value"])).join("");
  const annotations = [before, ...pieces].flatMap((text) =>
    objectsIn(text["annotations"]).map(({ index: _index, ...annotation }) => annotation),
  );
  return { ...message, content: [{ type: "text", text: { value, annotations } }] };
}

function addToStep(step: Json, { step_details: details }: Json): Json {
  const calls = objectsIn(isJsonObject(details) ? details["tool_calls"] : []);
  const known = isJsonObject(step["step_details"]) ? step["step_details"] : {};
  const all = objectsIn(known["tool_calls"]);
  for (const { index, ...call } of calls) {
    all[Number(index)] = joined(all[Number(index)], call);
  }
  return { ...step, step_details: { ...known, tool_calls: all } };
}

function joined(call: Json | undefined, piece: Json): Json {
  const [ran, run] = [call?.["code_interpreter"], piece["code_interpreter"]];
  if (isJsonObject(ran) && isJsonObject(run)) {
    const outputs = objectsIn(run["outputs"]).map(({ index: _index, ...output }) => output);
    const all = [...objectsIn(ran["outputs"]), ...outputs];
    return { ...call, code_interpreter: { ...ran, ...run, outputs: all } };
  }
  const [before, more] = [call?.["function"], piece["function"]];
  if (call === undefined || !isJsonObject(before) || !isJsonObject(more)) {
    return { ...call, ...piece };
  }
  const text = `${String(before["arguments"])}${String(more["arguments"])}`;
  return { ...call, function: { ...before, arguments: text } };
}

function objectsIn(list: unknown): Json[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
