import { Flex, Spinner } from "@radix-ui/themes";

import { TEXTS } from "../texts.ts";

/** Something is on its way; it says so after a moment only, so that quick answers do not flicker. */
export function Waiting() {
  return (
    <Flex
      className="waiting"
      align="center"
      justify="center"
      role="status"
      aria-label={TEXTS.loading}
    >
      <Spinner size="3" />
    </Flex>
  );
}
