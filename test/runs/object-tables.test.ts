import { describe, it } from "vitest";

import {
  MIGRATIONS,
  bringForward,
  isInstalled,
  migrate,
} from "../../src/runs/object/object-tables";
import { withStorage } from "../support/storage";

/** Each table's columns by name: their order is not the same where one was added later. */
function columnsOf({ sql }: DurableObjectStorage): Record<string, unknown> {
  const tables = sql
    .exec<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' ORDER BY name",
    )
    .toArray();
  return Object.fromEntries(
    tables.map(({ name }) => [
      name,
      sql
        .exec(
          `SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?) ORDER BY name`,
          name,
        )
        .toArray(),
    ]),
  );
}

describe("the object's tables", () => {
  it("are the same whether made at once or by one migration after the other", ({ expect }) =>
    withStorage(async (storage) => {
      const atOnce = columnsOf(storage);
      await storage.deleteAll();
      storage.transactionSync(() => bringForward(storage.sql, MIGRATIONS));
      expect(columnsOf(storage)).toEqual(atOnce);
      expect(Object.keys(atOnce)).toContain("events");
    }));

  it("are made once, and brought forward by the migrations that are new", ({ expect }) =>
    withStorage((storage) => {
      const next = { id: MIGRATIONS.length + 1, why: "a test", sql: "CREATE TABLE extra (x)" };
      storage.transactionSync(() => bringForward(storage.sql, [...MIGRATIONS, next]));
      storage.transactionSync(() => bringForward(storage.sql, [...MIGRATIONS, next]));
      const steps = storage.sql.exec("SELECT id, why FROM schema_steps ORDER BY id").toArray();
      expect(steps).toEqual([...MIGRATIONS, next].map(({ id, why }) => ({ id, why })));
    }));

  it("are numbered without gaps", ({ expect }) => {
    expect(MIGRATIONS.map(({ id }) => id)).toEqual(MIGRATIONS.map((_step, index) => index + 1));
  });

  it("are gone after the object has forgotten everything, and can be made again", ({ expect }) =>
    withStorage(async (storage) => {
      await storage.deleteAll();
      expect(isInstalled(storage.sql)).toBe(false);
      migrate(storage);
      expect(isInstalled(storage.sql)).toBe(true);
    }));
});
