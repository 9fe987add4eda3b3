/** One execution: the spec resolved and checked, the cache asked, the action called. */
import { ActionFailure } from "../../domain/action-failure";
import { issuesOf, REPORT_INPUT, wordIssues } from "../../domain/issues-of";
import { SANDBOX } from "../../limits";
import { runInSandbox } from "../../sandbox";
import { resolveValue } from "../../template";
import type { ActionKind, ActionResult } from "../actions/action";
import { kindOf } from "../actions/index";
import { envOf } from "./env";
import { makeContext } from "./make-context";
import type { StepContext } from "./step-context";
import { throughCache } from "./through-cache";

export async function executeAction(context: StepContext): Promise<ActionResult> {
  const kind = kindOf(context.action.type);
  const spec = kind.spec.safeParse(await resolveSpec(context, kind), REPORT_INPUT);
  if (!spec.success) {
    throw new ActionFailure("invalid_spec", wordIssues(issuesOf(spec.error.issues)));
  }
  return throughCache(kind, makeContext(context, spec.data));
}

async function resolveSpec(context: StepContext, { verbatim = [] }: ActionKind): Promise<object> {
  const fields = Object.entries(context.action.spec ?? {});
  const asWritten = fields.filter(([field]) => verbatim.includes(field));
  const toResolve = fields.filter(([field]) => !verbatim.includes(field));
  const resolved = await resolveValue(Object.fromEntries(toResolve), {
    names: context.row.state,
    runJs: (source) => runJs(context, source),
  });
  return Object.assign({}, resolved, Object.fromEntries(asWritten));
}

async function runJs(context: StepContext, source: string): Promise<unknown> {
  const { value } = await runInSandbox({
    source,
    env: await envOf(context),
    budget: { timeoutMs: SANDBOX.defaultTimeoutMs },
    owner: context.execution.owner,
    signal: context.execution.signal,
  });
  return value;
}
