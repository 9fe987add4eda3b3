import { describe, it } from "vitest";

import { MIGRATIONS, isInstalled, migrate } from "../../src/runs/object/schema";
import { withStorage } from "../support/storage";

describe("the object's tables", () => {
  it("are made once, and brought forward by the migrations that are new", ({ expect }) =>
    withStorage((storage) => {
      const next = { id: MIGRATIONS.length + 1, why: "a test", sql: "CREATE TABLE extra (x)" };
      migrate(storage, [...MIGRATIONS, next]);
      migrate(storage, [...MIGRATIONS, next]);
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
