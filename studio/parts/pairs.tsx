import { Code, Flex } from "@radix-ui/themes";

/** Metadata: names and what they say. Nothing where there is none. */
export function Pairs({ pairs, label }: { pairs: Record<string, string>; label: string }) {
  const entries = Object.entries(pairs);
  return entries.length === 0 ? null : (
    <Flex gap="2" wrap="wrap" role="group" aria-label={label}>
      {entries.map(([name, value]) => (
        <Code key={name} size="1" color="gray" highContrast>
          {name}: {value}
        </Code>
      ))}
    </Flex>
  );
}
