/** `code_interpreter`, which runs Python at OpenAI: refused, declared, or JavaScript, as the deployment says. */
import { codeForModels } from "../../core/code-for-models";
import type { Issue } from "../../domain/failure";
import { fail } from "../shared/reply/fail";

const UNSUPPORTED = { kind: "named", code: "unsupported_tool" } as const;

const NO_PYTHON = "code_interpreter runs Python, which this server does not. Remove it";

/** Why files for it are refused, whatever the deployment says: JavaScript is given none either. */
export const NO_CODE_FILES = { message: NO_PYTHON, params: { rule: UNSUPPORTED } } as const;

/** The `code` of a config whose tools name it, at this place of the request. */
export function codeConfigOf(env: Env, path: Issue["path"]): "offered" | "declared" {
  return codeForModels(env) ?? refuse(path);
}

/** A call of it cannot be forced where no model is offered it. */
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

/** What a run says of itself whose tools declare it and whose model is not offered it. */
export const NOT_OFFERED = { bobbin_code_interpreter: "not offered" } as const;
