/** `npm run example -- <name>`: deploys the example's tool to a running server and runs it. */
import process from "node:process";

import { runCommand } from "../scripts/local/command.ts";
import { UserError } from "../scripts/local/settings.ts";
import { run as agentWithTools } from "./agent-with-tools/run.ts";
import { run as askAPdf } from "./ask-a-pdf/run.ts";
import { Bobbin } from "./bobbin.ts";
import { run as chatWithMemory } from "./chat-with-memory/run.ts";
import { run as citedAnswers } from "./cited-answers/run.ts";
import { run as improveUntilGood } from "./improve-until-good/run.ts";
import { run as mapReduceSummary } from "./map-reduce-summary/run.ts";

const EXAMPLES: Record<string, (bobbin: Bobbin) => Promise<void>> = {
  "agent-with-tools": agentWithTools,
  "ask-a-pdf": askAPdf,
  "chat-with-memory": chatWithMemory,
  "cited-answers": citedAnswers,
  "improve-until-good": improveUntilGood,
  "map-reduce-summary": mapReduceSummary,
};

await runCommand(async () => {
  const name = process.argv[2] ?? "";
  const example = EXAMPLES[name];
  if (example === undefined) {
    throw new UserError(`Which example? ${Object.keys(EXAMPLES).join(", ")}`);
  }
  await example(new Bobbin());
});
