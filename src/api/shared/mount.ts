/** A dialect as it is mounted: the app, the document, the log and CORS are made from a list of these. */
import type { Schema } from "hono";
import type { HonoBase } from "hono/hono-base";
import type { MergeSchemaPath } from "hono/types";

import type { AppEnv } from "./app-env";
import type { DialectDocument } from "./openapi/document";

/** A dialect as it is mounted: its routes below their prefix, and what each request to it meets. */
export interface Dialect<Prefix extends string = string, Routes extends Schema = Schema> {
  /** In log lines and in the OpenAPI document. */
  name: string;
  /** Where it is mounted. */
  prefix: Prefix;
  /** What it speaks, for the document's first lines; absent for what speaks of no threads. */
  title?: string;
  document: DialectDocument;
  routes: HonoBase<AppEnv, Routes, "/", string>;
  /** Further routes that are no calls of the document, each under a prefix of its own. */
  beside?: readonly { prefix: string; routes: HonoBase<AppEnv, Schema, "/", string> }[];
  /** The path that is meant by one of its older or shorter forms. */
  canonicalPath?: (path: string) => string;
  /** Paths that are none and were meant for it, wherever they stand: they are answered in its words. */
  meantPaths?: RegExp;
  /** Headers of its replies, beside those of all, that a page's script reads. */
  exposedHeaders?: readonly string[];
}

/** The same, with the types of its paths. */
export function dialectOf<const Prefix extends string, Routes extends Schema>(
  document: DialectDocument & { prefix: Prefix },
  routes: HonoBase<AppEnv, Routes, "/", string>,
  more: Pick<Dialect, "title" | "beside" | "canonicalPath" | "meantPaths" | "exposedHeaders"> = {},
): Dialect<Prefix, Routes> {
  return { name: document.name, prefix: document.prefix, document, routes, ...more };
}

/** All routes of a dialect, or of each of several, as a typed client wants them. */
export type RoutesOf<One> =
  One extends Dialect<infer Prefix, infer Routes> ? MergeSchemaPath<Routes, Prefix> : never;
