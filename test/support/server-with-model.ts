/** Bobbin as `npm start` serves it, with a model on loopback as its provider `openai-compatible`. */
import { startServer, temporaryStateDir } from "./local-server.ts";
import type { LocalServer } from "./local-server.ts";
import { startOpenAiServer } from "./openai-server.ts";
import type { OpenAiServer } from "./openai-server.ts";

export interface ServerWithModel {
  bobbin: LocalServer;
  model: OpenAiServer;
  stop: () => Promise<void>;
}

/** @param env Of the server, beside the model's address. */
export async function startServerWithModel(
  env: Record<string, string> = {},
): Promise<ServerWithModel> {
  const state = await temporaryStateDir();
  const model = await startOpenAiServer();
  const bobbin = await startServer({
    script: "start",
    stateDir: state.dir,
    env: { OPENAI_BASE_URL: model.baseUrl, ...env },
  });
  return {
    bobbin,
    model,
    stop: async () => {
      await bobbin.stop();
      await model.close();
      await state.remove();
    },
  };
}
