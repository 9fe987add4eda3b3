/** What Metorial's calls open to a session token. */
import { METADATA, type Places, THREAD_FILTER } from "../strangers/open-places";

export const METORIAL_OPENS: Record<string, Places> = {
  metorialCreateThread: {
    agent_id: "A tool that the token lists.",
    "actor_id=null": "Nobody.",
    language: "Of the end user.",
    country: "Of the end user.",
    timezone: "Of the end user.",
    ...METADATA,
  },
  metorialListThreads: {
    ...THREAD_FILTER,
    "query.cursor": "A place among what it may read.",
    "query.id": "Narrows its own threads.",
    "query.id.0": "Narrows its own threads.",
    "query.id.*": "Narrows its own threads.",
    "query.id[]": "Narrows its own threads.",
    "query.id[].0": "Narrows its own threads.",
  },
  metorialGetThread: {},
  metorialUpdateThread: METADATA,
  metorialPatchThread: METADATA,
  metorialDeleteThread: {},
};
