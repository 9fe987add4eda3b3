import scalar from "@scalar/fastify-api-reference";

/**
 * Scalar's reference as one script. Its plugin for Fastify has it built in, without the packages that
 * it is made of: a tenth of their size. A Fastify that only listens is told all routes, that script's
 * among them.
 */
export function scalarScript(): string {
  let script: string | undefined;
  const listener = {
    log: console,
    hasPlugin: () => false,
    route({ url, handler }: { url: string; handler: (request: unknown, reply: object) => void }) {
      if (url.endsWith("/scalar.js")) {
        const reply = {
          header: () => reply,
          send: (text: string) => {
            script = text;
          },
        };
        handler(undefined, reply);
      }
    },
  };
  const options = { routePrefix: "/docs", configuration: { url: "/openapi.json" } };
  Reflect.apply(scalar, undefined, [listener, options, () => {}]);
  if (script === undefined) {
    throw new Error("@scalar/fastify-api-reference has no script to serve.");
  }
  // Its map is not served.
  return script.replace(/\n\/\/# sourceMappingURL=\S+$/, "");
}
