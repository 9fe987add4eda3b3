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

export async function executeAction(site: StepContext): Promise<ActionResult> {
  const kind = kindOf(site.action.type);
  const spec = kind.spec.safeParse(await resolveSpec(site, kind), REPORT_INPUT);
  if (!spec.success) {
    throw new ActionFailure("invalid_spec", wordIssues(issuesOf(spec.error.issues)));
  }
  return throughCache(kind, makeContext(site, spec.data));
}

async function resolveSpec(site: StepContext, { verbatim = [] }: ActionKind): Promise<object> {
  const fields = Object.entries(site.action.spec ?? {});
  const asWritten = fields.filter(([field]) => verbatim.includes(field));
  const toResolve = fields.filter(([field]) => !verbatim.includes(field));
  const resolved = await resolveValue(Object.fromEntries(toResolve), {
    names: site.frame.state,
    runJs: (source) => runJs(site, source),
  });
  return Object.assign({}, resolved, Object.fromEntries(asWritten));
}

async function runJs(site: StepContext, source: string): Promise<unknown> {
  const { value } = await runInSandbox({
    source,
    env: await envOf(site),
    budget: { timeoutMs: SANDBOX.defaultTimeoutMs },
    owner: site.execution.owner,
    signal: site.execution.signal,
  });
  return value;
}
