/** Times the engine's leaves where they run. Local workerd's clock moves while a Worker computes; production's does not. */
import { runInSandbox } from "../../src/sandbox/run-in-sandbox";
import { parseTemplate } from "../../src/template/parse-template";
import { renderTemplate } from "../../src/template/render-template";
import { resolveValue } from "../../src/template/resolve-value";

interface Timed {
  name: string;
  run: () => unknown;
  /** Repetitions that one sample counts. */
  times: number;
}

const MESSAGES = Array.from({ length: 20 }, (_, n) => ({
  role: n % 2 ? "assistant" : "user",
  content: `Message ${n}: how does a bobbin keep its thread?`,
}));
const NAMES = {
  INPUT: { question: "Why?", messages: MESSAGES },
  DOC: { text: "x".repeat(50_000) },
};
const PROMPT =
  "Answer {{ INPUT.question }} from this text.\n{{ DOC.text }}\n" +
  "{% for m in INPUT.messages if m.role == 'user' %}{{ loop.index }}. {{ m.content | trim | upper }}\n{% endfor %}";
const LONG_LOOP = "{% for i in range(10000) %}{% if i is odd %}{{ i }},{% endif %}{% endfor %}";

const CASES: readonly Timed[] = [
  { name: "code: returns a constant", times: 1, run: () => code("() => 1") },
  {
    name: "code: shapes 20 messages",
    times: 1,
    run: () => code("(env) => env.INPUT.messages.map((m) => m.content.length)"),
  },
  {
    name: "code: 1 MB of env",
    times: 1,
    run: () => code("(env) => env.big.length", { big: "x".repeat(1_000_000) }),
  },
  {
    name: "code: fib(25)",
    times: 1,
    run: () => code("() => { const f = (n) => n < 2 ? n : f(n - 1) + f(n - 2); return f(25) }"),
  },
  {
    name: "code: endless, budget 100 ms",
    times: 1,
    run: () => code("() => { for (;;); }").catch(() => null),
  },
  { name: "template: read a prompt", times: 100, run: () => parseTemplate(PROMPT) },
  { name: "template: one value", times: 1000, run: () => rendered("{{ INPUT.question }}") },
  { name: "template: a prompt with 50 kB and a loop", times: 100, run: () => rendered(PROMPT) },
  { name: "template: 10 000 passes", times: 1, run: () => rendered(LONG_LOOP) },
  { name: "template: refused after all its steps", times: 1, run: refused },
  { name: "value: a spec of ten strings, cached", times: 10, run: resolved },
];

const SPEC = Object.fromEntries(
  Array.from({ length: 10 }, (_, n) => [`f${n}`, `${n}: {{ INPUT.question }}`]),
);

const OWNER = { projectId: "project", toolId: "tool", runId: "run" };

function code(source: string, env: unknown = NAMES): Promise<unknown> {
  return runInSandbox({ source, env, budget: { timeoutMs: 100 }, owner: OWNER });
}

function rendered(text: string): unknown {
  const parsed = parseTemplate(text);
  return parsed.ok ? renderTemplate(parsed.template, NAMES) : null;
}

function refused(): unknown {
  try {
    return rendered(
      "{% for a in range(1000) %}{% for b in range(1000) %}{{ a }}{% endfor %}{% endfor %}",
    );
  } catch {
    return null;
  }
}

function resolved(): Promise<unknown> {
  return resolveValue(SPEC, { names: NAMES, runJs: async () => null });
}

/** Milliseconds a run, median of the samples. */
async function time({ run, times }: Timed, samples: number): Promise<number> {
  const taken: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    const startMs = performance.now();
    for (let n = 0; n < times; n += 1) {
      await run();
    }
    taken.push((performance.now() - startMs) / times);
  }
  return taken.toSorted((a, b) => a - b)[Math.floor(samples / 2)] ?? 0;
}

export default {
  async fetch(request): Promise<Response> {
    const samples = Number(new URL(request.url).searchParams.get("samples"));
    const results: { name: string; ms: number }[] = [];
    for (const timed of CASES) {
      results.push({ name: timed.name, ms: await time(timed, samples) });
    }
    return Response.json(results);
  },
} satisfies ExportedHandler;
