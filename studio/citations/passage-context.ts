import { createContext } from "react";

import type { Passages } from "./citations.ts";

/** What the links of a text lead to. */
export const CitedPassages = createContext<Passages>([]);
