/**
 * The file of a backup while it is written, under the name `FILE.part`. It may be set back to its last
 * checkpoint, and is found there again after its writer was killed.
 */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { existsSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

import type * as z from "zod";

import { UserError } from "../local/settings.ts";
import { Checkpoint, Head, ProjectEnd, ProjectLine, RecordDigest } from "./backup-format.ts";
import { isWhole, linesOfFile, typeOf } from "./line-stream.ts";

/** Handed to the disk at once. */
const WRITE_BYTES = 1024 * 1024;
/** Conversations are for their owner's eyes. */
const FILE_MODE = 0o600;

/** Where a backup has come to. */
interface State {
  bytes: number;
  hash: Hash;
  /** Projects that are whole. */
  done: (string | null)[];
  open: {
    id: string | null;
    digest: RecordDigest;
    lostFiles: number;
    /** Where its export goes on; null for its start. */
    next: string | null;
  } | null;
}

export class BackupWriter {
  readonly #file: string;
  readonly #handle: FileHandle;
  #state: State;
  #kept: State;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;

  private constructor(file: string, handle: FileHandle, state: State) {
    this.#file = file;
    this.#handle = handle;
    this.#kept = state;
    this.#state = copyOf(state);
  }

  /** A new one, or the one that was begun and not finished. */
  static async open(file: string, head: Omit<z.output<typeof Head>, "type" | "version">) {
    if (existsSync(file)) {
      throw new UserError(`${file} is there already: name another file, or move it away.`);
    }
    const part = `${file}.part`;
    const line = { type: "bobbin_backup", version: 1, ...head } as const;
    const found = existsSync(part) ? await findCheckpoint(part, line) : null;
    const handle = await open(part, found === null ? "w" : "r+", FILE_MODE).catch(
      (error: unknown) => {
        throw diskError(part, error);
      },
    );
    const writer = new BackupWriter(file, handle, found ?? emptyState());
    await writer.setBack();
    if (found === null) {
      await writer.#line(line);
      await writer.#keep();
    }
    return { writer, isResumed: found !== null };
  }

  get done(): readonly (string | null)[] {
    return this.#state.done;
  }

  /** The project that was begun and is not whole. */
  get openProject(): { id: string | null; next: string | null } | null {
    return this.#state.open;
  }

  async beginProject(project: Omit<ProjectLine, "type">): Promise<void> {
    await this.#line({ type: "project", ...project });
    this.#state.open = { id: project.id, digest: new RecordDigest(), lostFiles: 0, next: null };
    await this.#keep();
  }

  /** Forgets what came since the last checkpoint. */
  async setBack(): Promise<void> {
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#state = copyOf(this.#kept);
    await this.#handle.truncate(this.#kept.bytes);
  }

  async record(type: string, line: Buffer): Promise<void> {
    const { open: project } = this.#state;
    if (project === null) {
      throw new Error("a record stands outside of a project");
    }
    if (type === "file" && line.includes('"is_lost":true')) {
      project.lostFiles += 1;
      return;
    }
    project.digest.add(type, line);
    await this.#write(line);
  }

  async checkpoint(next: string): Promise<void> {
    const { open: project } = this.#state;
    await this.#line({ type: "checkpoint", next, lost_files: project?.lostFiles ?? 0 });
    if (project !== null) {
      project.next = next;
    }
    await this.#keep();
  }

  async endProject(): Promise<ProjectEnd> {
    const { open: project } = this.#state;
    if (project === null) {
      throw new Error("no project is open");
    }
    const end: ProjectEnd = {
      type: "project_end",
      counts: project.digest.counts,
      lost_files: project.lostFiles,
      sha256: project.digest.hex(),
    };
    await this.#line(end);
    this.#state.done.push(project.id);
    this.#state.open = null;
    await this.#keep();
    return end;
  }

  /** The last line; the file gets its own name. @returns The digest of all. */
  async finish(): Promise<string> {
    const sha256 = this.#state.hash.copy().digest("hex");
    await this.#line({ type: "end", projects: this.#state.done.length, sha256 });
    await this.#keep();
    await this.#handle.close();
    await rename(`${this.#file}.part`, this.#file).catch((error: unknown) => {
      throw diskError(this.#file, error);
    });
    return sha256;
  }

  async #line(value: object): Promise<void> {
    await this.#write(Buffer.from(`${JSON.stringify(value)}\n`));
  }

  async #write(line: Buffer): Promise<void> {
    this.#state.hash.update(line);
    this.#waiting.push(line);
    this.#waitingBytes += line.byteLength;
    if (this.#waitingBytes >= WRITE_BYTES) {
      await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (let written = 0; written < bytes.byteLength;) {
      const { bytesWritten } = await this.#handle
        .write(bytes, written, bytes.byteLength - written, this.#state.bytes)
        .catch((error: unknown) => {
          throw diskError(`${this.#file}.part`, error);
        });
      written += bytesWritten;
      this.#state.bytes += bytesWritten;
    }
  }

  /** From here on it may be killed and goes on here. */
  async #keep(): Promise<void> {
    await this.#flush();
    await this.#handle.datasync().catch((error: unknown) => {
      throw diskError(`${this.#file}.part`, error);
    });
    this.#kept = copyOf(this.#state);
  }
}

function emptyState(): State {
  return { bytes: 0, hash: createHash("sha256"), done: [], open: null };
}

function copyOf({ bytes, hash, done, open: project }: State): State {
  return {
    bytes,
    hash: hash.copy(),
    done: [...done],
    open: project && { ...project, digest: project.digest.copy() },
  };
}

/** Reads what there is of a backup up to its last checkpoint. */
async function findCheckpoint(part: string, head: z.output<typeof Head>): Promise<State | null> {
  const state = emptyState();
  let kept: State | null = null;
  for await (const line of linesOfFile(part)) {
    if (!isWhole(line)) {
      break;
    }
    const type = typeOf(line);
    if (kept === null) {
      refuseOther(part, line, head);
    }
    state.hash.update(line);
    state.bytes += line.byteLength;
    if (!stepIn(part, state, type, line)) {
      state.open?.digest.add(type, line);
    } else {
      kept = copyOf(state);
    }
  }
  return kept;
}

function stepIn(part: string, state: State, type: string, line: Buffer): boolean {
  try {
    return step(state, type, line);
  } catch (error) {
    throw new UserError(
      `${part} is not as it was written: remove it, and the backup begins anew.`,
      { cause: error },
    );
  }
}

/** True where the line is one that a backup may go on behind. */
function step(state: State, type: string, line: Buffer): boolean {
  switch (type) {
    case "bobbin_backup":
      return true;
    case "project": {
      const { id } = ProjectLine.parse(JSON.parse(line.toString()));
      state.open = { id, digest: new RecordDigest(), lostFiles: 0, next: null };
      return true;
    }
    case "checkpoint":
      if (state.open !== null) {
        const { next, lost_files: lostFiles } = Checkpoint.parse(JSON.parse(line.toString()));
        state.open = { ...state.open, next, lostFiles };
      }
      return true;
    case "project_end":
      state.done.push(state.open?.id ?? null);
      state.open = null;
      return true;
    default:
      return false;
  }
}

function refuseOther(part: string, line: Buffer, head: z.output<typeof Head>): void {
  if (line.toString() !== `${JSON.stringify(head)}\n`) {
    throw new UserError(
      `${part} was begun for another deployment or another project: finish it as it was begun, or remove it.`,
    );
  }
}

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** What is wrong with the disk, and what to do. */
export function diskError(file: string, error: unknown): unknown {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  if (typeof code !== "string") {
    return error;
  }
  const said = FULL.has(code)
    ? `There is no room left for ${file} (${code}): make some, or move it to a larger disk. Then run this again: it goes on.`
    : `${file} cannot be written (${code}): name a file in a folder that is there and yours.`;
  return new UserError(said, { cause: error });
}
