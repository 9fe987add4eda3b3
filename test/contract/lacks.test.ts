/** What a dialect does not have is said here, in the open. */
import { it } from "vitest";

import { NOT_SUPPORTED } from "./dialect";
import { DIALECTS } from "./dialects";

it("names what each dialect does not have", ({ expect }) => {
  const lacks = DIALECTS.map((dialect) => {
    const entries = Object.entries(dialect).filter(([, spoken]) => spoken === NOT_SUPPORTED);
    return [dialect.name, entries.map(([part]) => part)];
  });
  expect(Object.fromEntries(lacks)).toEqual({
    ReByte: ["readMore", "cursor", "otherUpdate", "form"],
    // Its messages, files and runs are other APIs of the vendor's.
    Metorial: ["messages", "files", "runs"],
    OpenAI: ["readMore", "cursor", "otherUpdate", "form", "runs"],
  });
});
