/** What a server's process has used, as Linux tells it under /proc; NaN on other systems. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import process from "node:process";

/** Linux counts processor time in hundredths of a second on every machine that matters. */
const TICK_MS = 10;
/** Of `/proc/<pid>/stat` behind the process's name: its time in user code and in the kernel. */
const USER_TICKS = 11;
const KERNEL_TICKS = 12;

export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(read(String(pid), "status"))?.[1];
  return Number(kib ?? Number.NaN) * 1024;
}

export function processorMs(pid: number): number {
  const fields = read(String(pid), "stat")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[USER_TICKS]) + Number(fields[KERNEL_TICKS])) * TICK_MS;
}

/** The workerd processes that this one has started. */
export function workerdPids(): number[] {
  const pids = existsSync("/proc") ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  return pids.filter((pid) => isOwnWorkerd(read(pid, "status"))).map(Number);
}

function isOwnWorkerd(status: string): boolean {
  return status.includes(`\nPPid:\t${process.pid}\n`) && status.startsWith("Name:\tworkerd\n");
}

/** Empty where there is no such process any more, or no /proc. */
function read(pid: string, file: "status" | "stat"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
