import * as z from "zod";

import { fromWireId } from "./ids";

/** A file's id on the wire; the bare one here. */
export const FileIdField = z
  .string()
  .min(1)
  .transform((id) => fromWireId("file", id))
  .meta({
    document: { type: "string" },
    example: "file-2b3dc1e9-634d-4bd5-b9d7-94a9b4a0662c",
  });
