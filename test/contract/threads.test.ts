/**
 * What holds in every dialect, run once for each. How a dialect words it is in its own tests; what it
 * does not have is `NOT_SUPPORTED` in its description here.
 */
import { beforeAll, describe, it } from "vitest";

import { METADATA } from "../../src/domain/metadata";
import { type Call, call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { NOT_SUPPORTED, type Threads } from "./dialect";
import { dialectsWith, refusalsOf } from "./dialects";

/** A project of its own, and the calls that the cases are made of. */
async function makeBench(threads: Threads) {
  const project = await makeProject();
  const fields = await threads.creationFields(project);
  const send = (path: string, options: Call = {}) =>
    call(threads.path + path, { key: project.key, ...options });
  const create = (body: object = {}) => send("", { json: { ...fields, ...body } });
  return {
    project,
    fields,
    send,
    create,
    makeThread: async (body?: object) => threads.read((await create(body)).json),
    update: (id: string, json: unknown) => send(`/${id}`, { ...threads.update, json }),
    list: async (query: string) => threads.readList((await send(query)).json),
  };
}

for (const { dialect, spoken: threads } of dialectsWith("threads")) {
  const { name } = dialect;
  let bench: Awaited<ReturnType<typeof makeBench>>;
  let stranger: TestProject;

  beforeAll(async () => {
    [bench, stranger] = await Promise.all([makeBench(threads), makeProject()]);
  });

  const { refusalOf, refused } = refusalsOf(dialect);

  describe(`${name}: a thread`, () => {
    it("is made with metadata and read back", async ({ expect }) => {
      const made = await bench.makeThread({ metadata: { user: "ada" } });
      expect(made.metadata).toEqual({ user: "ada" });
      expect(threads.read((await bench.send(`/${made.id}`)).json)).toEqual(made);
    });

    it("is the same thread in every dialect", async ({ expect }) => {
      const made = await bench.makeThread({ metadata: { user: "ada" } });
      const id = dialect.bareId(made.id);
      for (const { dialect: other, spoken } of dialectsWith("threads")) {
        const read = await call(`${spoken.path}/${id}`, bench.project);
        const seen = spoken.read(read.json);
        expect([other.bareId(seen.id), seen.metadata]).toEqual([id, made.metadata]);
      }
    });

    it("has its metadata replaced whole by an update", async ({ expect }) => {
      const { id } = await bench.makeThread({ metadata: { user: "ada", mood: "fine" } });
      const updated = await bench.update(id, { metadata: { user: "bob" } });
      expect(threads.read(updated.json).metadata).toEqual({ user: "bob" });
      expect(threads.read((await bench.send(`/${id}`)).json).metadata).toEqual({ user: "bob" });
    });

    it("is gone once deleted", async ({ expect }) => {
      const { id } = await bench.makeThread();
      const deleted = await bench.send(`/${id}`, { method: "DELETE" });
      expect([deleted.status, threads.readDeleted(deleted.json)]).toEqual([200, id]);
      expect(refusalOf(await bench.send(`/${id}`))).toEqual(refused(404, "threadNotFound"));
      const again = await bench.send(`/${id}`, { method: "DELETE" });
      expect(refusalOf(again)).toEqual(refused(404, "threadNotFound"));
    });

    it.runIf(threads.form !== NOT_SUPPORTED)("is made by a form as well", async ({ expect }) => {
      if (threads.form !== NOT_SUPPORTED) {
        const made = await bench.send("", threads.form(bench.fields, ["user", "ada"]));
        expect(threads.read(made.json).metadata).toEqual({ user: "ada" });
      }
    });

    it.runIf(threads.otherUpdate !== NOT_SUPPORTED)(
      "is updated by a second method alike",
      async ({ expect }) => {
        const { id } = await bench.makeThread();
        const method = String(threads.otherUpdate);
        const updated = await bench.send(`/${id}`, { method, json: { metadata: { a: "b" } } });
        expect(threads.read(updated.json).metadata).toEqual({ a: "b" });
      },
    );
  });

  describe(`${name}: the list of threads`, () => {
    const COUNT = 7;
    let listed: Awaited<ReturnType<typeof makeBench>>;
    /** From the first made to the last. */
    let ids: string[];

    beforeAll(async () => {
      listed = await makeBench(threads);
      ids = [];
      for (let index = 0; index < COUNT; index += 1) {
        ids.push((await listed.makeThread({ metadata: { index: String(index) } })).id);
      }
    });

    const idsOf = async (query: string) => (await listed.list(query)).map(({ id }) => id);

    it("has them in the order of their making, or in the reverse", async ({ expect }) => {
      expect(await idsOf("?order=asc")).toEqual(ids);
      expect(await idsOf("?order=desc")).toEqual(ids.toReversed());
    });

    it.for(["asc", "desc"])(
      "is walked forward without a gap or a repeat, %s",
      async (order, { expect }) => {
        const whole = order === "asc" ? ids : ids.toReversed();
        const first = await idsOf(`?order=${order}&limit=3`);
        const second = await idsOf(`?order=${order}&limit=3&after=${first.at(-1)}`);
        const third = await idsOf(`?order=${order}&limit=3&after=${second.at(-1)}`);
        expect([first, second, third]).toEqual([
          whole.slice(0, 3),
          whole.slice(3, 6),
          whole.slice(6),
        ]);
      },
    );

    it.for(["asc", "desc"])("is walked backward alike, %s", async (order, { expect }) => {
      const whole = order === "asc" ? ids : ids.toReversed();
      const page = await idsOf(`?order=${order}&limit=3&before=${whole[6]}`);
      const before = await idsOf(`?order=${order}&limit=9&before=${page[0]}`);
      expect([page, before]).toEqual([whole.slice(3, 6), whole.slice(0, 3)]);
    });

    it("is filtered by metadata", async ({ expect }) => {
      expect(await idsOf("?metadata[index]=4")).toEqual([ids[4]]);
    });

    it("refuses a limit of none, of too many and of no number", async ({ expect }) => {
      for (const limit of ["0", "101", "x", "-1", "1.5"]) {
        const answer = await listed.send(`?limit=${limit}`);
        expect(refusalOf(answer)).toEqual(refused(400, "invalid", ["limit"]));
      }
    });

    it("refuses a cursor that it does not hold, and a parameter that it does not know", async ({
      expect,
    }) => {
      const lost = await listed.send(`?after=${dialect.neverId()}`);
      expect(refusalOf(lost)).toEqual(refused(400, "invalid", ["after"]));
      expect(refusalOf(await listed.send("?flavour=x"))).toEqual(
        refused(400, "invalid", ["flavour"]),
      );
    });

    it.runIf(threads.cursor !== NOT_SUPPORTED)(
      "takes a cursor by another name",
      async ({ expect }) => {
        const page = await idsOf(`?order=asc&limit=2&${String(threads.cursor)}=${ids[1]}`);
        expect(page).toEqual(ids.slice(2, 4));
      },
    );

    it.runIf(threads.readMore !== NOT_SUPPORTED)(
      "tells whether there is more",
      async ({ expect }) => {
        const { readMore } = threads;
        if (readMore !== NOT_SUPPORTED) {
          const moreOf = async (query: string) => readMore((await listed.send(query)).json);
          expect(await moreOf("?order=asc&limit=3")).toEqual({ after: true, before: false });
          const end = await moreOf(`?order=asc&limit=3&after=${ids[4]}`);
          expect(end).toEqual({ after: false, before: true });
        }
      },
    );
  });

  describe(`${name}: what is refused`, () => {
    it("answers a stranger as if the thread had never been", async ({ expect }) => {
      const { id } = await bench.makeThread();
      const calls: Call[] = [
        {},
        { ...threads.update, json: { metadata: {} } },
        { method: "DELETE" },
      ];
      for (const options of calls) {
        const asked = { ...options, key: stranger.key };
        const [foreign, never] = await Promise.all(
          [id, dialect.neverId()].map((each) => bench.send(`/${each}`, asked)),
        );
        const answers = [foreign, never].flatMap((reply) => reply ?? []).map(refusalOf);
        expect(answers).toEqual(Array(2).fill(refused(404, "threadNotFound")));
      }
      expect((await bench.send(`/${id}`)).status).toBe(200);
      const seen = await bench.send("", { key: stranger.key });
      expect(threads.readList(seen.json)).toEqual([]);
    });

    it("is a field that nobody knows, by its name", async ({ expect }) => {
      expect(refusalOf(await bench.create({ smell: 1 }))).toEqual(
        refused(400, "invalid", ["smell"]),
      );
    });

    it.for<[string, Record<string, unknown>, string]>([
      ["too many pairs", pairs(METADATA.maxPairs + 1), "metadata"],
      [
        "a long name",
        { ["k".repeat(METADATA.maxKeyChars + 1)]: "v" },
        `metadata.${"k".repeat(METADATA.maxKeyChars + 1)}`,
      ],
      ["a long value", { k: "v".repeat(METADATA.maxValueChars + 1) }, "metadata.k"],
      ["a number", { k: 1 }, "metadata.k"],
    ])(
      "is metadata with %s, and the thread stays as it was",
      async ([, metadata, path], { expect }) => {
        const { id } = await bench.makeThread({ metadata: { user: "ada" } });
        expect(refusalOf(await bench.create({ metadata }))).toEqual(
          refused(400, "invalid", [path]),
        );
        expect(refusalOf(await bench.update(id, { metadata }))).toEqual(
          refused(400, "invalid", [path]),
        );
        expect(threads.read((await bench.send(`/${id}`)).json).metadata).toEqual({ user: "ada" });
      },
    );

    it("is not metadata at its limits", async ({ expect }) => {
      const metadata = {
        ...pairs(METADATA.maxPairs - 1),
        ["k".repeat(METADATA.maxKeyChars)]: "v".repeat(METADATA.maxValueChars),
      };
      expect((await bench.makeThread({ metadata })).metadata).toEqual(metadata);
    });
  });
}

function pairs(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`name-${index}`, "v"]));
}
