/** Documents are put into a knowledge base once; each question finds the passages that fit it. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import * as z from "zod";

import { type Bobbin, model } from "../bobbin.ts";

const KnowledgeList = z.object({ knowledge: z.array(z.object({ name: z.string() })) });

const FOLDER = path.join(import.meta.dirname, "handbook");

export async function run(bobbin: Bobbin): Promise<void> {
  await fillHandbook(bobbin);
  const tool = await bobbin.deploy(path.join(import.meta.dirname, "tool.json"));
  for (const question of ["When do I get my money back?", "Are you open on Saturday?"]) {
    const { answer } = await bobbin.run(tool, {
      inputs: [{ question }],
      config: { CHAT: model() },
    });
    console.log(`Question  ${question}\nAnswer    ${answer}\n`);
  }
}

async function fillHandbook(bobbin: Bobbin): Promise<void> {
  const base = `${bobbin.home}/knowledge`;
  const { knowledge } = KnowledgeList.parse(await bobbin.get(base));
  if (!knowledge.some(({ name }) => name === "handbook")) {
    await bobbin.send("POST", base, { name: "handbook" });
  }
  for (const file of await readdir(FOLDER)) {
    const text = await readFile(path.join(FOLDER, file), "utf8");
    await bobbin.send("PUT", `${base}/handbook/d/${file}`, { text });
  }
}
