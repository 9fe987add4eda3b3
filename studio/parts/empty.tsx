import { Flex, Heading, Text } from "@radix-ui/themes";
import type { ReactNode } from "react";

/** Nothing to show, and how there comes to be something. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Flex className="empty" direction="column" gap="2" p="5">
      <Heading as="h2" size="3">
        {title}
      </Heading>
      <Text as="div" size="2" color="gray" highContrast>
        {children}
      </Text>
    </Flex>
  );
}
