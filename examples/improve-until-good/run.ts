/** A check written as code sends a text back to the model until it finds nothing more to say. */
import path from "node:path";

import { type Bobbin, model } from "../bobbin.ts";

export async function run(bobbin: Bobbin): Promise<void> {
  const tool = await bobbin.deploy(path.join(import.meta.dirname, "tool.json"));
  const { answer, outputsOf } = await bobbin.run(tool, {
    inputs: [{ product: "a bicycle repair shop", words: ["today"] }],
    config: {
      DRAFT: model({ text: "We mend your bicycle." }),
      BETTER: model({ text: "We mend your bicycle today." }),
    },
  });
  for (const [pass, problems] of outputsOf("PROBLEMS").entries()) {
    console.log(`Check ${pass + 1}  ${JSON.stringify(problems)}`);
  }
  console.log(`Slogan   ${answer}`);
}
