interface Table {
  name: string;
  columns: string[];
  data: unknown[][];
}

/** A part that is a table, as text that people and models read alike. */
export function writeMarkdownTable({ name, columns, data }: Table): string {
  const lines = [columns, columns.map(() => "---"), ...data].map(
    (cells) => `| ${cells.map(writeCell).join(" | ")} |`,
  );
  return [name, ...lines].join("\n");
}

function writeCell(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? "");
  return text.replaceAll("|", "\\|").replaceAll(/\r?\n/g, " ");
}
