/** The API's door to the sockets of a thread's object. */
import { NOTES_HEADER } from "../sockets/socket-dialect";
import { ask, threadObject } from "./find-object";

/**
 * Has the thread's object take a socket. @returns The client's end of it, or why the object takes none.
 * @param notes JSON that stays with the socket.
 */
export async function openSocket(
  env: Pick<Env, "THREAD" | "OBJECT_LOCATION">,
  thread: { projectId: string; threadId: string },
  notes: object,
): Promise<WebSocket | string> {
  const headers = { Upgrade: "websocket", [NOTES_HEADER]: JSON.stringify(notes) };
  const answer = await ask(
    () => threadObject(env, thread),
    (object) => object.fetch(new Request("https://object.invalid/", { headers })),
  );
  return answer.webSocket ?? (await answer.text());
}
