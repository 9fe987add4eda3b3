import { Badge, Code, Flex, Text } from "@radix-ui/themes";

import { ErrorView } from "../frame/error-view.tsx";
import { duration } from "../parts/format.ts";
import { JsonView } from "../parts/json-view.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { TEXTS } from "../texts.ts";
import { type RunName, type RunState, type Step, useSteps } from "./use-runs.ts";

const { runs: WORDS } = TEXTS;

/** What the models of a run said, called and were given. */
export function StepList({ name, state }: { name: RunName; state: RunState }) {
  const { data, error, refetch } = useSteps(name, state);
  if (error !== null) {
    return <ErrorView error={error} retry={() => void refetch()} />;
  }
  if (data === undefined) {
    return <Waiting />;
  }
  return data.length === 0 ? (
    <Text size="2">{TEXTS.none}</Text>
  ) : (
    <ol className="actions">
      {data.map((step) => (
        <StepView key={step.n} step={step} />
      ))}
    </ol>
  );
}

function StepView({ step }: { step: Step }) {
  const { calls = [], searches = [], text = "" } = step;
  return (
    <li>
      <Flex gap="2" align="center" wrap="wrap" py="2">
        <Text size="2" weight="medium">
          {step.block_name}
        </Text>
        <Text size="2">{WORDS.step[step.type]}</Text>
        <Badge color={step.error === null ? "gray" : "red"} highContrast>
          {step.status}
        </Badge>
        {step.ended !== null && <Text size="1">{duration(step.ended - step.started)}</Text>}
      </Flex>
      <Flex direction="column" gap="2" pb="3">
        {text !== "" && <Markdown text={text} />}
        {step.error !== null && (
          <Text size="2" color="red" highContrast className="wrap">
            {step.error.message}
          </Text>
        )}
        {calls.map((one) => (
          <Flex key={one.call_id} direction="column" gap="1">
            <Code size="2">
              {one.name}({one.arguments})
            </Code>
            <JsonView label={WORDS.outputOf(one.name)} value={one.output ?? WORDS.noOutput} />
          </Flex>
        ))}
        {searches.map((search) => (
          <Flex key={search.call_id} direction="column" gap="2">
            <Code size="2">{search.query}</Code>
            {search.results?.map((found) => (
              <details key={`${found.document_id} ${found.offset}`} className="passage">
                <summary>
                  {found.title} <Code variant="ghost">{found.score.toFixed(3)}</Code>
                </summary>
                <p className="wrap">{found.content}</p>
              </details>
            ))}
          </Flex>
        ))}
      </Flex>
    </li>
  );
}
