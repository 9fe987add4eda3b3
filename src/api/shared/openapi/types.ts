/** The parts of OpenAPI 3.1 that Bobbin's document has. */
import type { Json } from "./schemas";

/** The document, as `/openapi.json` answers with it. */
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description: string; license: Json };
  servers: { url: string }[];
  tags: { name: string; description?: string }[];
  /** The tags of each dialect, as readers of the document group them. */
  "x-tagGroups": { name: string; tags: string[] }[];
  /** Path → method in small letters → operation. */
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: {
    securitySchemes: Record<string, { description: string }>;
    schemas: Record<string, Json>;
    examples: Record<string, Json>;
  };
}

/** One call in the OpenAPI document. */
export interface DocumentedOperation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  /** Each alone suffices: the scheme, and the scope or verb that it needs. */
  security: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, MediaType> };
  responses: Replies;
  /** As it is published: the call in one language each. */
  "x-codeSamples"?: { lang: string; label: string; source: string }[];
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  description?: string;
  schema: Json;
}

/** By status. */
export type Replies = Record<string, { description: string; content?: Record<string, MediaType> }>;

interface MediaType {
  schema?: Json;
  example?: unknown;
  /** References to components. */
  examples?: Record<string, Json>;
}
