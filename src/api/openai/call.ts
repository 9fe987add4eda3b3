/** An operation of this dialect. */
import { operation } from "../shared/operation";

/** Any of its ids may be one that is none, which is a fault of the request's and no lost id. */
export const call: typeof operation = (spec) =>
  operation({ ...spec, failures: ["invalid", ...(spec.failures ?? [])] });
