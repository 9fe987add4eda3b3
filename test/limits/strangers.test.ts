/**
 * Every operation of the OpenAPI document, called by everybody who may not, with every id that it
 * takes: a foreign id and one that never was are answered alike in status, headers and body. Proves
 * nothing about how long an answer takes.
 */
import { type ExpectStatic, beforeAll, describe, it } from "vitest";

import type { Scope, Verb } from "../../src/domain/access/caller";
import { SCOPES } from "../../src/domain/access/caller";
import { VERBS } from "../../src/domain/access/session-token";
import { type Ids, idKind, makeIds } from "../strangers/id-kinds";
import { type IdPlace, idPlaces } from "../strangers/id-places";
import { type Party, ADMIN_KEY, endUser, partyOf, threadUser } from "../strangers/party";
import { type Probe, alike, probe } from "../strangers/probe";
import { call } from "../support/call";
import {
  type ApiDocument,
  type ApiOperation,
  operationsOf,
  readDocument,
} from "../support/openapi";
import { makeKey, makeProject } from "../support/project";
import { mintToken } from "../support/tokens";
import { chatActions, makeTool } from "../support/tool";

/** What answers its owner otherwise than 200, although all that it names is there. */
const OWNER_ANSWERS: Record<string, number> = {
  // The run has ended: it waits for nothing.
  submitOutputs: 409,
  openaiSubmitToolOutputs: 400,
  openaiCancelRun: 400,
  // Nothing is at work there.
  resumeChat: 204,
  // It takes what an export gave, and names nothing.
  importRecords: 400,
  importIntoProject: 400,
  // Without the query that says what the body is.
  importFile: 400,
  importFileIntoProject: 400,
};

const document: ApiDocument = readDocument((await call("/openapi.json")).json);
const operations = operationsOf(document);
const count = { operations: 0, cases: 0 };

interface World {
  owner: Party;
  revoked: string;
  expired: string;
  /** Of the owner's project; each sees some of it and not the rest. */
  endUser: Party;
  threadUser: Party;
  /** Another project's key. */
  stranger: Party;
}
let world: World;

beforeAll(async () => {
  const owner = partyOf(await makeProject());
  const toolId = await makeTool(owner.projectId, chatActions());
  world = {
    owner,
    revoked: await makeKey(owner.projectId, { revokedAtMs: 1 }),
    expired: await makeKey(owner.projectId, { expiresAtMs: 1 }),
    endUser: await endUser(owner, "eve", toolId),
    threadUser: await threadUser(owner, "mallory", toolId),
    stranger: partyOf(await makeProject()),
  };
});

const isScope = (name: string): name is Scope => SCOPES.some((scope) => scope === name);
const isVerb = (name: string): name is Verb => VERBS.some((verb) => verb === name);

/** What the document says that a caller must list. */
function accessOf({ security }: ApiOperation): { scope: Scope | null; verb: Verb | null } {
  const named = (scheme: string) => security.flatMap((way) => way[scheme] ?? [])[0] ?? "";
  const [scope, verb] = [named("apiKey"), named("sessionToken")];
  return { scope: isScope(scope) ? scope : null, verb: isVerb(verb) ? verb : null };
}

type ApiError = [who: string, authorization: string | undefined, status: number];

async function refusalsOf(operation: ApiOperation): Promise<ApiError[]> {
  const { scope, verb } = accessOf(operation);
  const { owner } = world;
  const unknown: ApiError[] = [
    ["no key", undefined, 401],
    ["a broken header", "Basic c2stZGV2", 401],
    ["an unknown key", "Bearer sk-nobodys", 401],
  ];
  if (scope === null) {
    return [...unknown, ["a project's key", `Bearer ${owner.key}`, 401]];
  }
  const scopes = SCOPES.filter((other) => other !== scope);
  const verbs = VERBS.filter((other) => other !== verb);
  const token = await mintToken(owner.key, { end_user_id: "ada", verbs });
  return [
    ...unknown,
    ["a revoked key", `Bearer ${world.revoked}`, 401],
    ["an expired key", `Bearer ${world.expired}`, 401],
    ["a key without the scope", `Bearer ${await makeKey(owner.projectId, { scopes })}`, 403],
    ["a token without the verb", `Bearer ${token}`, 403],
  ];
}

interface Outsider {
  who: string;
  party: Party;
  /** Kinds of ids of the owner's that are none of its own. */
  hidden: (kind: string) => boolean;
}

const SHARED = new Set(["project_id", "version"]);
const hiddenFromTokens = (kind: string) => !SHARED.has(kind);

function outsidersOf(operation: ApiOperation): Outsider[] {
  const { scope, verb } = accessOf(operation);
  const foreign: Outsider = {
    who: "another project's key",
    party: world.stranger,
    hidden: (kind) => kind !== "version",
  };
  const users: Outsider[] = [
    { who: "a token of another end user", party: world.endUser, hidden: hiddenFromTokens },
    { who: "a token of another thread", party: world.threadUser, hidden: hiddenFromTokens },
  ];
  const bound = verb === "threads:create" ? users.slice(0, 1) : users;
  return scope === null ? [] : [foreign, ...(verb === null ? [] : bound)];
}

interface Bench {
  operation: ApiOperation;
  places: IdPlace[];
  kinds: string[];
  owned: Ids;
}

async function makeBench(operation: ApiOperation): Promise<Bench> {
  const places = idPlaces(operation, document);
  const kinds = [...new Set(places.map(({ kind }) => kind))];
  return { operation, places, kinds, owned: await makeIds(world.owner, kinds) };
}

function ring(bench: Bench, authorization: string | undefined, asked: Omit<Probe, "document">) {
  count.cases += 1;
  return probe(bench.operation, authorization, { document, ...asked });
}

describe.each(operations)("$method $path", (operation) => {
  it("hides what is not the caller's, and does it for its owner afterwards", async ({ expect }) => {
    const bench = await makeBench(operation);
    count.operations += 1;
    for (const [who, authorization, status] of await refusalsOf(operation)) {
      const real = await ring(bench, authorization, { ids: bench.owned });
      expect(real.status, who).toBe(status);
      for (const place of bench.places) {
        const never = idKind(place.kind).never();
        const made = await ring(bench, authorization, { ids: bench.owned, place, id: never });
        const owned = bench.owned[place.kind] ?? "";
        const there = await ring(bench, authorization, { ids: bench.owned, place, id: owned });
        expect(alike(there, owned), `${who}: ${place.pointer}`).toEqual(alike(made, never));
      }
    }
    for (const outsider of outsidersOf(operation)) {
      await compareOutsider(bench, outsider, expect);
    }
    const credential = accessOf(operation).scope === null ? ADMIN_KEY : world.owner.key;
    const done = await ring(bench, `Bearer ${credential}`, { ids: bench.owned });
    const expected = OWNER_ANSWERS[operation.operationId] ?? 200;
    expect(done.status, done.text).toBe(expected);
  });
});

async function compareOutsider(
  bench: Bench,
  { who, party, hidden }: Outsider,
  expect: ExpectStatic,
) {
  const authorization = `Bearer ${party.credential}`;
  const own = await makeIds(party, bench.kinds);
  for (const place of bench.places.filter(({ kind }) => hidden(kind))) {
    const foreign = bench.owned[place.kind] ?? "";
    const never = idKind(place.kind).never();
    const there = await ring(bench, authorization, { ids: own, place, id: foreign });
    const not = await ring(bench, authorization, { ids: own, place, id: never });
    expect(alike(there, foreign), `${who}: ${place.pointer}`).toEqual(alike(not, never));
  }
}

describe("the matrix", () => {
  it("stops at a path parameter that no recipe makes", ({ expect }) => {
    expect(() => idKind("gadget_id")).toThrow("{gadget_id}");
  });

  it("holds every operation of the document", ({ expect }) => {
    expect(count.operations).toBe(operations.length);
    // oxlint-disable-next-line no-console -- the figure is asked for
    console.log(`Strangers: ${count.operations} operations, ${count.cases} cases.`);
  });
});
