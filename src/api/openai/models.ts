import { Hono } from "hono";
import * as z from "zod";

import { defaultProvider, findModel, modelAliases } from "../../core/model-names";
import type { AppEnv } from "../shared/app-env";
import { reply } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";
import { call } from "./call";
import { Seconds } from "./fields";

const tag = "Assistants models";

const ModelWire = z
  .strictObject({
    id: z.string(),
    object: z.literal("model"),
    created: Seconds,
    owned_by: z.string().describe("The provider that is asked."),
  })
  .meta({ id: "AssistantsModel" });

const ModelListWire = z.strictObject({ object: z.literal("list"), data: z.array(ModelWire) });

export const models = new Hono<AppEnv>()
  .get(
    "/models",
    call({
      id: "openaiListModels",
      tag,
      summary: "List the names that this deployment gives to models",
      description:
        "`model` may also be `<provider>/<model>`, or a model of the default provider by its own name.",
      access: "read",
      reply: ModelListWire,
    }),
    (c) => {
      const names = new Set([...(modelAliases(c.env)?.keys() ?? []), ...offlineIn(c.env)]);
      const data = [...names].map((name) => presentModel(c.env, name));
      return reply(c, { object: "list", data });
    },
  )
  .get(
    "/models/:model",
    call({
      id: "openaiGetModel",
      tag,
      summary: "Get what a name of a model stands for",
      access: "read",
      reply: ModelWire,
    }),
    (c) => reply(c, presentModel(c.env, c.req.param("model"))),
  );

/** Where there is no other provider, the one that needs none is a model to be chosen. */
function offlineIn(env: Env): string[] {
  return defaultProvider(env) === "offline" ? ["offline"] : [];
}

function presentModel(env: Env, id: string): z.output<typeof ModelWire> {
  return { id, object: "model", created: 0, owned_by: unwrap(findModel(env, id)).providerId };
}
