/** The model chooses among tools of the project; Bobbin runs what it calls and hands it the result. */
import path from "node:path";

import { type Bobbin, model } from "../bobbin.ts";

/** With what the `offline` provider is to call, since it cannot choose. */
const QUESTIONS = [
  {
    question: "What is 19 times 21?",
    call: { name: "calculator", arguments: { expression: "19 * 21" } },
  },
  { question: "Where is order 17?", call: { name: "orders", arguments: { order: 17 } } },
];

export async function run(bobbin: Bobbin): Promise<void> {
  const folder = import.meta.dirname;
  const tool = await bobbin.deploy(path.join(folder, "agent.json"), {
    CALCULATOR: await bobbin.deploy(path.join(folder, "calculator.json")),
    ORDERS: await bobbin.deploy(path.join(folder, "orders.json")),
  });
  for (const { question, call } of QUESTIONS) {
    const { answer } = await bobbin.run(tool, {
      inputs: [{ question }],
      config: { AGENT: model({ function_call: call }) },
    });
    console.log(`Question  ${question}\nAnswer    ${answer}`);
  }
}
