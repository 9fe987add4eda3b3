import { describe, it } from "vitest";

import { BoundedCache } from "../../../src/api/shared/access/bounded-cache";

describe("BoundedCache", () => {
  it("forgets an entry once its time is over", ({ expect }) => {
    const cache = new BoundedCache<number>(10, 1000);
    cache.set("a", 1, 5000);
    expect(cache.get("a", 5999)).toBe(1);
    expect(cache.get("a", 6000)).toBe(undefined);
  });

  it("forgets the oldest when it is full; what is set again is new", ({ expect }) => {
    const cache = new BoundedCache<number>(2, 1000);
    cache.set("a", 1, 0);
    cache.set("b", 2, 0);
    cache.set("a", 3, 0);
    cache.set("c", 4, 0);
    expect([cache.get("a", 0), cache.get("b", 0), cache.get("c", 0)]).toEqual([3, undefined, 4]);
  });

  it("forgets at once what is deleted", ({ expect }) => {
    const cache = new BoundedCache<number>(2, 1000);
    cache.set("a", 1, 0);
    cache.delete("a");
    expect(cache.get("a", 0)).toBe(undefined);
  });
});
