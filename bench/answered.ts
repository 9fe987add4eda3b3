import type { ClientRequest, IncomingMessage } from "node:http";

/** The head of the reply to a request that has been sent. */
export function answered(sent: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  sent.once("response", resolve).once("error", reject);
  return promise;
}
