/**
 * Every field of every body and query of the OpenAPI document that a session token reaches, sent by a
 * token to a tool whose version opens nothing: it is in the table of what is open, and then taken, or
 * it is refused by name. A field that is added is closed, or this fails, until somebody lists it.
 */
import { type ExpectStatic, beforeAll, describe, it } from "vitest";

import { OPEN_FIELDS } from "../contract/dialects";
import { type FieldCase, fieldCases } from "../strangers/field-cases";
import { type Ids, makeIds } from "../strangers/id-kinds";
import { idPlaces } from "../strangers/id-places";
import { INERT, OPEN_HEADERS } from "../strangers/open-places";
import { type Answer, type Party, endUser, partyOf, send } from "../strangers/party";
import { alike, pathWith, sampleBody } from "../strangers/probe";
import { call } from "../support/call";
import { type ApiOperation, isSchema, operationsOf, readDocument } from "../support/openapi";
import { makeProject } from "../support/project";
import { chatActions, makeTool } from "../support/tool";

const document = readDocument((await call("/openapi.json")).json);
const reached = operationsOf(document).filter(({ security }) =>
  security.some((way) => "sessionToken" in way),
);
const count = { operations: 0, fields: new Set<string>(), cases: 0 };
const headers = new Set<string>();

let owner: Party;
let user: Party;

beforeAll(async () => {
  owner = partyOf(await makeProject());
  user = await endUser(owner, "ada", await makeTool(owner.projectId, chatActions()));
});

function idsFor(operation: ApiOperation): Promise<Ids> {
  const kinds = idPlaces(operation, document).map(({ kind }) => kind);
  const inMessages = operation.operationId === "startRun" ? ["file_id"] : [];
  return makeIds(user, [...new Set([...kinds, ...inMessages])]);
}

function sendCase(operation: ApiOperation, ids: Ids, { query, body }: FieldCase): Promise<Answer> {
  const sent = body === undefined ? sampleBody(operation, document, ids) : JSON.stringify(body);
  const path = pathWith(operation, ids) + query;
  return send(operation.method, path, `Bearer ${user.credential}`, sent, headers);
}

/** Where the refusal says that the fault lies, in any dialect. */
function placesNamed({ text }: Answer): (string | number)[][] {
  const { error, errors } = JSON.parse(text);
  const issues: { path: (string | number)[] }[] = error?.issues ?? errors ?? [];
  return issues.map(({ path }) => path);
}

/** The place itself, or the field that holds it: a dialect may refuse one as a whole. */
function isAround(place: readonly (string | number)[], path: readonly (string | number)[]) {
  return place.length > 0 && place.every((step, index) => step === path[index]);
}

describe.each(reached)("$method $path", (operation) => {
  const table = OPEN_FIELDS[operation.operationId];

  it("takes of a token what the table opens and refuses the rest by name", async ({ expect }) => {
    if (table === undefined) {
      throw new Error(
        `Say in test/contract, in its dialect's entry, what ${operation.operationId} opens.`,
      );
    }
    const ids = await idsFor(operation);
    const cases = fieldCases(operation, document, ids);
    const names = new Set(cases.map(({ name }) => name));
    for (const one of cases) {
      const answer = await sendCase(operation, ids, one);
      count.cases += 1;
      const isOpen = one.name in table;
      judge(expect, one, answer, isOpen);
    }
    await sendCase(operation, ids, { name: "", path: [], query: "", body: undefined });
    const unheard = Object.keys(table).filter((name) => !names.has(name) && name !== "file");
    expect(unheard, "in the table and nowhere else").toEqual([]);
    count.operations += 1;
    names.forEach((name) => count.fields.add(`${operation.operationId} ${name}`));
  });
});

function judge(expect: ExpectStatic, { name, path }: FieldCase, answer: Answer, isOpen: boolean) {
  const said = `${name}: ${answer.text}`;
  if (isOpen) {
    // In OpenAI's dialect what the state of things does not allow is a 400 that names no place.
    const isState = answer.status === 400 && placesNamed(answer).length === 0;
    expect(isState ? 409 : answer.status, said).toSatisfy((status) =>
      [200, 204, 409].includes(status),
    );
  } else {
    expect([400, 403], said).toContain(answer.status);
    expect(placesNamed(answer), said).toEqual(
      expect.arrayContaining([expect.toSatisfy((place) => isAround(place, path))]),
    );
  }
}

describe("what is inert", () => {
  it("changes nothing of the answer", async ({ expect }) => {
    for (const operation of reached) {
      const table = OPEN_FIELDS[operation.operationId] ?? {};
      const inert = Object.keys(table).filter((name) => table[name]?.startsWith(INERT));
      const ids = inert.length === 0 ? {} : await idsFor(operation);
      for (const one of inert.length === 0 ? [] : fieldCases(operation, document, ids)) {
        if (inert.includes(one.name) && isSchema(one.body)) {
          const without = { ...one, body: { ...one.body, [one.name]: undefined } };
          const [sent, left] = [
            await sendCase(operation, ids, one),
            await sendCase(operation, ids, without),
          ];
          expect(alike(sent, "text"), one.name).toEqual(alike(left, "text"));
        }
      }
    }
  });
});

describe("the table", () => {
  it("fails a field that is taken and not in it", async ({ expect }) => {
    const [operation] = reached.filter(({ operationId }) => operationId === "createThread");
    if (operation === undefined) {
      throw new Error("no call creates a thread");
    }
    const [one] = fieldCases(operation, document, {}).filter(({ name }) => name === "metadata.*");
    if (one === undefined) {
      throw new Error("threads have no metadata");
    }
    const answer = await sendCase(operation, {}, one);
    judge(expect, one, answer, true);
    expect(() => judge(expect, one, answer, false)).toThrow("to include 200");
  });

  it("has no operation that no token reaches", ({ expect }) => {
    const names = reached.map(({ operationId }) => operationId).toSorted();
    expect(Object.keys(OPEN_FIELDS).toSorted()).toEqual(names);
  });

  it("has every header that the app looked at", ({ expect }) => {
    expect([...headers].filter((name) => !(name in OPEN_HEADERS))).toEqual([]);
    // oxlint-disable-next-line no-console -- the figure is asked for
    console.log(
      `Tokens: ${count.operations} operations, ${count.fields.size} fields, ${count.cases} cases, ${headers.size} headers.`,
    );
  });
});
