import { Callout, Code, Flex } from "@radix-ui/themes";

import { CopyButton } from "../parts/copy-button.tsx";
import { TEXTS } from "../texts.ts";

/** What the API tells once and nobody can ask for again. */
export function Secret({ value, note = TEXTS.project.once }: { value: string; note?: string }) {
  return (
    <Callout.Root color="green" highContrast role="status">
      <Callout.Text>{note}</Callout.Text>
      <div>
        <Flex gap="2" align="center" mt="1">
          <Code variant="ghost" className="wrap">
            {value}
          </Code>
          <CopyButton text={value} />
        </Flex>
      </div>
    </Callout.Root>
  );
}
