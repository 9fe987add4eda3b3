/** Attributes of documents, as any dialect's request gives them. */
import * as z from "zod";

import { isJsonObject } from "../../../domain/json";
import { recordOf } from "../../../domain/list-of";
import { DOCUMENTS_LIMITS } from "../../../limits";

const { attributes: LIMITS } = DOCUMENTS_LIMITS;
/** A value by which documents are filtered. */
export const AttributeValue = z.union([
  z.string().max(LIMITS.maxValueChars),
  z.number(),
  z.boolean(),
]);

/** Attributes of a document, by name. */
export const AttributesField = recordOf(z.string().max(LIMITS.maxKeyChars), AttributeValue)
  .refine((pairs) => !isJsonObject(pairs) || Object.keys(pairs).length <= LIMITS.max, {
    message: `must have at most ${LIMITS.max} pairs`,
  })
  .meta({ id: "Attributes", example: { language: "en" } });
