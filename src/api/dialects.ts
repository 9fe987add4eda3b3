/** Every dialect, in the order in which the document shows them. A new one is mounted here. */
import { admin } from "./admin/dialect";
import { aiSdk } from "./ai-sdk/dialect";
import { metorial } from "./metorial/dialect";
import { openai } from "./openai/dialect";
import { sdk } from "./sdk";

export const DIALECTS = [sdk, metorial, openai, aiSdk, admin] as const;
