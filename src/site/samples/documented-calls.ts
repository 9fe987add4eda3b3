import type { DocumentedOperation, OpenApiDocument } from "../../api/shared/openapi/types";

export interface Call extends DocumentedOperation {
  /** In small letters. */
  method: string;
  path: string;
}

export function callsOf({ paths }: OpenApiDocument): Call[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, ...operation })),
  );
}
