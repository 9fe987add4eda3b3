/** What somebody has filled into a PDF's form: it is drawn beside the page's own text. */
import * as z from "zod";

const Field = z.object({
  name: z.string(),
  /** From 0. */
  page: z.int(),
  value: z.string(),
  hidden: z.boolean().default(false),
  password: z.boolean().default(false),
});

/** A box that is not ticked. */
const OFF = "Off";

/** Lines of `name: value` by page number; fields left empty are left out. */
export function formLines(fields: Readonly<Record<string, unknown[]>>): Map<number, string[]> {
  const lines = new Map<number, string[]>();
  for (const found of Object.values(fields).flat()) {
    const { data: field } = Field.safeParse(found);
    const value = field?.value.trim() ?? "";
    if (field !== undefined && isShown(field) && value !== "" && value !== OFF) {
      const number = field.page + 1;
      lines.set(number, [...(lines.get(number) ?? []), `${field.name}: ${value}`]);
    }
  }
  return lines;
}

function isShown({ hidden, password }: z.infer<typeof Field>): boolean {
  return !hidden && !password;
}
