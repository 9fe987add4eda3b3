/** Sends so many generated requests to a running server, and collects what is wrong with its replies. */
import * as fc from "fast-check";

import { type ApiOperation, operationsOf, readDocument } from "../support/openapi.ts";
import { parseBy } from "./judge.ts";
import { type FuzzRequest, type RequestContext, requestFor } from "./requests.ts";
import { type FuzzReply, type Send, sender } from "./send.ts";
import { makeWorld } from "./world.ts";

/** Of requests that share one set of ids: many of them delete some. */
const BATCH = 400;
/** Requests at once: enough that requests meet each other, few enough for a laptop. */
const CONNECTIONS = 6;
const BODY_SHOWN_CHARS = 400;

export interface Campaign {
  url: string;
  /** Called after each batch. */
  onProgress?: (sent: number) => void;
  requests: number;
  seed: number;
}

interface Finding {
  /** Operation and complaint. */
  what: string;
  times: number;
  /** The first request that showed it. */
  example: string;
}

export interface Report {
  sent: number;
  byStatus: Record<string, number>;
  operations: number;
  findings: Finding[];
}

export async function fuzz({ url, requests, seed, onProgress }: Campaign): Promise<Report> {
  const document = readDocument(await (await fetch(`${url}/openapi.json`)).json());
  const operations = operationsOf(document);
  const judge = parseBy(document);
  const { send, close } = sender(url, CONNECTIONS);
  const report: Report = { sent: 0, byStatus: {}, operations: operations.length, findings: [] };
  while (report.sent < requests) {
    const context = { document, ...(await makeWorld(url)) };
    const numRuns = Math.min(BATCH, requests - report.sent);
    const batch = fc.sample(anyRequest(operations, context), { numRuns, seed: seed + report.sent });
    await inParallel(batch, async (request) => {
      const reply = await trySend(send, request);
      const status = typeof reply === "string" || reply === null ? "none" : String(reply.status);
      report.byStatus[status] = (report.byStatus[status] ?? 0) + 1;
      const complaints = typeof reply === "string" ? [reply] : judge(request, reply);
      for (const complaint of complaints) {
        note(report.findings, request, complaint, typeof reply === "string" ? null : reply);
      }
    });
    report.sent += numRuns;
    onProgress?.(report.sent);
  }
  close();
  return report;
}

function anyRequest(
  operations: readonly ApiOperation[],
  context: RequestContext,
): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(
    ...operations.map((operation) => requestFor(operation, contextOf(operation, context))),
  );
}

/** The operator's calls go at a project of their own: its quotas and keys may be lost. */
function contextOf({ path }: ApiOperation, context: RequestContext): RequestContext {
  const { spare_project_id: spare = "" } = context.pathIds;
  return path.startsWith("/admin/")
    ? { ...context, pathIds: { ...context.pathIds, project_id: spare } }
    : context;
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

/** A string says why there is no reply. */
async function trySend(send: Send, request: FuzzRequest): Promise<FuzzReply | string | null> {
  try {
    return await send(request);
  } catch (error) {
    return `breaks the connection: ${String(error)}`;
  }
}

function note(
  findings: Finding[],
  request: FuzzRequest,
  complaint: string,
  reply: FuzzReply | null,
): void {
  const { operation, method, target, headers, body } = request;
  const what = `${operation.operationId} ${complaint}`;
  const known = findings.find((finding) => finding.what === what);
  if (known !== undefined) {
    known.times += 1;
    return;
  }
  const sent = body?.toString().slice(0, BODY_SHOWN_CHARS) ?? "";
  const answered =
    reply === null ? "" : `\n  ${reply.status} ${reply.text.slice(0, BODY_SHOWN_CHARS)}`;
  const example = `${method} ${target} ${JSON.stringify(headers)}\n  ${JSON.stringify(sent)}${answered}`;
  findings.push({ what, times: 1, example });
}
