/** A way to a server on loopback whose connections can all be cut at once, whatever they carry. */
import { once } from "node:events";
import { type Socket, connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";

export interface CutProxy {
  url: string;
  /** Cuts what is open; what is opened afterwards passes. */
  cut: () => void;
  close: () => Promise<void>;
}

export async function openCutProxy(to: string): Promise<CutProxy> {
  const { hostname, port } = new URL(to);
  const open = new Set<Socket>();
  const server = createServer((incoming) => {
    const onward = connect(Number(port), hostname);
    open.add(incoming);
    incoming.pipe(onward).pipe(incoming);
    const end = (): void => {
      open.delete(incoming);
      incoming.destroy();
      onward.destroy();
    };
    for (const socket of [incoming, onward]) {
      socket.on("close", end).on("error", end);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => open.forEach((socket) => void socket.resetAndDestroy());
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
