/** `code_interpreter`, which runs Python at OpenAI: refused, declared, or JavaScript, as the deployment says. */
import { codeForModels } from "../../core/code-for-models";
import type { Issue } from "../../domain/failure";
import { fail } from "../shared/reply/fail";

const UNSUPPORTED = { kind: "named", code: "unsupported_tool" } as const;

const NO_PYTHON = "code_interpreter runs Python, which this server does not. Remove it";

/**
 * The issue of files for `code_interpreter`: refused in every deployment, because JavaScript is given none
 * either.
 */
export const NO_CODE_FILES = { message: NO_PYTHON, params: { rule: UNSUPPORTED } } as const;

/**
 * The config's `code` for a request that names `code_interpreter` at `path`; fails where the deployment
 * refuses it.
 */
export function codeConfigOf(env: Env, path: Issue["path"]): "offered" | "declared" {
  return codeForModels(env) ?? refuse(path);
}

/** Fails where a request forces a call of `code_interpreter` and no model is offered it. */
export function checkForcedCode(env: Env, path: Issue["path"]): void {
  if (codeForModels(env) !== "offered") {
    refuse(path);
  }
}

function refuse(path: Issue["path"]): never {
  const message = `${NO_PYTHON}, or set CODE_INTERPRETER=javascript`;
  return fail({
    kind: "invalid",
    where: "body",
    issues: [{ path, message, rule: UNSUPPORTED }],
  });
}

/** Field of a run whose tools declare `code_interpreter` while its model is not offered it. */
export const NOT_OFFERED = { bobbin_code_interpreter: "not offered" } as const;
