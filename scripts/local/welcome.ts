/** What a local server says once it answers. */
import { DEMO } from "./demo-project.ts";
import { addressOf } from "./settings.ts";
import type { LocalSettings } from "./settings.ts";

export function welcome(settings: LocalSettings): string {
  const url = addressOf(settings);
  return `
  Bobbin   ${url}
  Docs     ${url}/docs
  Studio   ${url}/studio#key=${DEMO.key}
  Key      ${DEMO.key}  (project ${DEMO.projectId}, this machine only)
  Tool     ${DEMO.toolId}  (chat)
  Data     ${settings.stateDir}

  Ask the demo tool something, on a new thread:

  curl -N ${url}/api/sdk/p/${DEMO.projectId}/a/${DEMO.toolId}/r \\
    -H 'Authorization: Bearer ${DEMO.key}' -H 'Content-Type: application/json' \\
    -d '{"thread_id":"hello","stream":true,"contentOnly":true,"inputs":[{"messages":[{"role":"user","content":"Hello, Bobbin"}]}]}'

  and read the thread back:

  curl ${url}/api/sdk/threads/hello/messages -H 'Authorization: Bearer ${DEMO.key}'

Ready on ${url}
`;
}
