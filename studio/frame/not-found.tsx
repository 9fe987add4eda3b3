import { Flex, Heading, Text } from "@radix-ui/themes";
import { Link } from "wouter";

import { TEXTS } from "../texts.ts";

export function NotFound() {
  return (
    <Flex className="page" direction="column" gap="3">
      <Heading as="h1">{TEXTS.notFound.title}</Heading>
      <Text>{TEXTS.notFound.body}</Text>
      <Link href="/threads">{TEXTS.notFound.back}</Link>
    </Flex>
  );
}
