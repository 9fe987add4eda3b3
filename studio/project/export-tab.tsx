/** Downloads the project part by part; a part without its last line was cut off, and is said to be. */
import { Button, Flex, Text } from "@radix-ui/themes";
import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";

import { ApiError } from "../api/api-error.ts";
import { send } from "../api/call.ts";
import { isObject, parseJson } from "../api/json.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { saveAs } from "../parts/download.ts";
import { bytes } from "../parts/format.ts";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";

const { project: WORDS } = TEXTS;

/** Bytes at the end of a part in which its last line stands. */
const TAIL = 64 * 1024;

export function ExportTab() {
  const { project } = useProject();
  const [said, setSaid] = useState("");
  const download = useMutation({
    mutationFn: async () => {
      const parts: Blob[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const query = { cursor: cursor === "" ? undefined : cursor };
        const part = await (await send("GET /api/sdk/export", { query })).blob();
        parts.push(part);
        const size = parts.reduce((sum, one) => sum + one.size, 0);
        setSaid(WORDS.exported(bytes(size), parts.length));
        cursor = await nextOf(part);
      }
      saveAs(`${project.id}.ndjson`, new Blob(parts));
    },
  });
  return (
    <Flex direction="column" gap="3" align="start">
      <Text as="p" size="2">
        {WORDS.exportHow}
      </Text>
      <Button loading={download.isPending} onClick={() => download.mutate()}>
        <Download size={15} aria-hidden /> {WORDS.exportAll}
      </Button>
      <Text size="2" role="status">
        {said}
      </Text>
      {download.error !== null && <ErrorView error={download.error} />}
    </Flex>
  );
}

/** @throws {ApiError} Where the last line is not there. */
async function nextOf(part: Blob): Promise<string | null> {
  const tail = await part.slice(-TAIL).text();
  const last = parseJson(tail.trimEnd().split("\n").at(-1) ?? "");
  if (!isObject(last) || last["type"] !== "end") {
    throw new ApiError({ status: 502, type: "export", message: WORDS.exportCut });
  }
  return typeof last["next"] === "string" ? last["next"] : null;
}
