/** Who listens at a port of this machine: for a message that says what to stop. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import process from "node:process";

/** Of `/proc/net/tcp`: the state of a socket that listens. */
const LISTENS = "0A";

/** The process that listens at the port; undefined where none of this user's is to be seen. */
export function listenerAt(port: number): number | undefined {
  return process.platform === "linux" ? listenerOfProc(port) : listenerOfLsof(port);
}

function listenerOfLsof(port: number): number | undefined {
  const { stdout } = spawnSync("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-t"], {
    encoding: "utf8",
  });
  const pid = Number.parseInt(stdout ?? "", 10);
  return Number.isNaN(pid) ? undefined : pid;
}

function listenerOfProc(port: number): number | undefined {
  const sockets = new Set([...listening("tcp", port), ...listening("tcp6", port)]);
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = sockets.size === 0 ? undefined : pids.find((pid) => holds(pid, sockets));
  return found === undefined ? undefined : Number(found);
}

/** Of the sockets that listen at the port, what `/proc/<pid>/fd` calls them. */
function listening(table: "tcp" | "tcp6", port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return readOrEmpty(`/proc/net/${table}`)
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTENS && local?.endsWith(suffix))
    .map((fields) => `socket:[${fields[9] ?? ""}]`);
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // A machine without IPv6 has no table of it.
    return "";
  }
}

function holds(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => sockets.has(readlinkSync(`${folder}/${fd}`)));
  } catch {
    // Another user's, or it has just ended.
    return false;
  }
}
