import type { DialectDocument } from "../shared/openapi/document";
import { ErrorWire, errors } from "../shared/reply/typed-errors";

export const adminDocument = {
  group: "Operating",
  name: "admin",
  prefix: "/admin" as const,
  errors,
  errorSchema: ErrorWire,
  pathParameters: {
    project_id: { entity: "project", description: "Id of a project: 20 hex digits." },
    file_id: { entity: "file", description: "Id of a file: a UUID." },
    key_id: { entity: "key", description: "Id of a key: not the key itself." },
  },
  tags: {
    Admin: "Projects and keys, for whoever holds the deployment's `ADMIN_KEY`. Off without one.",
  },
} satisfies DialectDocument;
