import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";

import { migrate } from "../../src/runs/object/object-tables";

/** The storage of an object of its own, with the coordinator's tables in it. */
export async function withStorage(
  test: (storage: DurableObjectStorage) => Promise<void> | void,
): Promise<void> {
  const stub = env.THREAD.getByName(crypto.randomUUID());
  await runInDurableObject(stub, async (_object, { storage }) => {
    migrate(storage);
    try {
      await test(storage);
    } finally {
      await storage.deleteAll();
    }
  });
}
