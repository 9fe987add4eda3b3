import { findTargetHandler } from "hono/utils/handler";
import { describe, it } from "vitest";

import { operationOf } from "../../src/api/shared/operation";
import { app } from "../../src/app";
import { call } from "../support/call";

interface DocumentedOperation {
  operationId: string;
  tags: string[];
  summary: string;
  security: Record<string, string[]>[];
  responses: Record<string, { content?: Record<string, { schema?: unknown; example?: unknown }> }>;
}

async function readDocument() {
  const { status, json } = await call("/openapi.json");
  const operations = Object.entries<Record<string, DocumentedOperation>>(json.paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );
  return { status, document: json, operations };
}

describe("/openapi.json", () => {
  it("is OpenAPI 3.1, for anybody, and names this version of Bobbin", async ({ expect }) => {
    const { status, document } = await readDocument();
    expect(status).toBe(200);
    expect(document).toMatchObject({
      openapi: "3.1.1",
      info: { title: "Bobbin", version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    });
  });

  it("holds every route of every dialect", async ({ expect }) => {
    const { operations } = await readDocument();
    const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    const routed = app.routes.filter(
      ({ method, path }) =>
        method !== "ALL" && /^\/(?:api\/sdk|v1|openai\/v1|ui\/v1|admin)\//.test(path),
    );
    const undocumented = routed
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`)
      .filter((route) => !documented.includes(route));
    expect(routed.length).toBeGreaterThan(documented.length);
    expect(undocumented).toEqual([]);
    const operationIds = routed.flatMap(
      ({ handler }) => operationOf(findTargetHandler(handler))?.id ?? [],
    );
    expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(
      operationIds.toSorted(),
    );
    expect(new Set(operationIds).size).toBe(operationIds.length);
  });

  it("says of each operation who may call it, what it answers and how it fails", async ({
    expect,
  }) => {
    const { document, operations } = await readDocument();
    const tags = document.tags.map(({ name }: { name: string }) => name);
    for (const { path, method, ...operation } of operations) {
      const name = `${method} ${path}`;
      expect(operation.summary, name).toMatch(/^[A-Z].*[^.]$/);
      expect(tags, name).toEqual(expect.arrayContaining(operation.tags));
      expect(Object.keys(operation.security[0] ?? {}), name).toEqual([
        path.startsWith("/admin/") ? "operator" : "apiKey",
      ]);
      expect(operation.responses["200"], name).toBeDefined();
      expect(Object.keys(operation.responses), name).toEqual(
        expect.arrayContaining(["401", "500"]),
      );
      // Of neither is anything kept that could be missing.
      if (path.includes("{") && !/\/\{(?:end_user_id|model)\}/.test(path)) {
        expect(operation.responses["404"], name).toBeDefined();
      }
    }
  });

  it("has no reference that leads nowhere", async ({ expect }) => {
    const { document } = await readDocument();
    const references = JSON.stringify(document).matchAll(
      /"\$ref":"#\/components\/(\w+)\/([^"]+)"/g,
    );
    const seen = [...references].map(([, kind = "", name = ""]) => [kind, name] as const);
    expect(seen.length).toBeGreaterThan(100);
    for (const [kind, name] of seen) {
      expect(document.components[kind]).toHaveProperty(name);
    }
  });
});
