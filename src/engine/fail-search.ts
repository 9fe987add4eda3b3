import { ActionFailure } from "../domain/action-failure";
import type { UnfitSearch } from "./ports";

/** Throws ActionFailure `knowledge_not_found`, or `knowledge_unfit` with why it cannot be searched. */
export function failSearch(found: UnfitSearch): never {
  throw "unknown" in found
    ? new ActionFailure("knowledge_not_found", `There is no knowledge named ${found.unknown}.`)
    : new ActionFailure("knowledge_unfit", found.unfit);
}
