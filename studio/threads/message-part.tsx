import { Table, Text } from "@radix-ui/themes";

import { Markdown } from "../parts/markdown.tsx";
import { SafeLink } from "../parts/safe-link.tsx";
import { FileChip } from "./file-chip.tsx";
import type { Message } from "./live-runs.ts";

type Part = NonNullable<Message["parts"]>[number];

/** Rows drawn of a table; the rest is said by its count. */
const MAX_ROWS = 100;

export function MessagePart({ part }: { part: Part }) {
  switch (part.type) {
    case "text":
      return <Markdown text={part.text} />;
    // The message's own text says it.
    case "refusal":
      return null;
    case "file":
      return <FileChip id={part.id} />;
    case "image_file":
      return <FileChip id={part.file_id} />;
    case "link":
      return <SafeLink href={part.url}>{part.title ?? part.url}</SafeLink>;
    case "image_url":
      return part.url.startsWith("data:image/") ? (
        <img className="picture" src={part.url} alt="" />
      ) : (
        <SafeLink href={part.url}>{part.url}</SafeLink>
      );
    case "blob":
      return part.mime_type.startsWith("image/") ? (
        <img className="picture" src={`data:${part.mime_type};base64,${part.url}`} alt="" />
      ) : (
        <Text size="2">{part.mime_type}</Text>
      );
    case "table":
      return <TablePart {...part} />;
  }
}

function TablePart({ name, columns, data }: Extract<Part, { type: "table" }>) {
  return (
    <div className="table-box" role="region" aria-label={name} tabIndex={0}>
      <Table.Root size="1" variant="surface">
        <Table.Header>
          <Table.Row>
            {columns.map((column) => (
              <Table.ColumnHeaderCell key={column}>{column}</Table.ColumnHeaderCell>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {data.slice(0, MAX_ROWS).map((row, index) => (
            <Table.Row key={index}>
              {row.map((cell, column) => (
                <Table.Cell key={column}>
                  {typeof cell === "string" ? cell : JSON.stringify(cell)}
                </Table.Cell>
              ))}
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
      {data.length > MAX_ROWS && <Text size="1">… {data.length - MAX_ROWS}</Text>}
    </div>
  );
}
