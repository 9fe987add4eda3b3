/** A backup as it is read back: checked as a whole before anything of it is used. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";

import type * as z from "zod";

import { UserError } from "../local/settings.ts";
import { End, Head, ProjectEnd, ProjectLine, RecordDigest } from "./backup-format.ts";
import { isWhole, linesOfFile, typeOf } from "./line-stream.ts";

/** A project of a backup and where its records are in the file. */
export interface StoredProject extends Omit<ProjectLine, "type"> {
  counts: ProjectEnd["counts"];
  sha256: string;
  /** Bytes from the file's start: of the first record, and of what follows the last. */
  start: number;
  end: number;
}

export interface Backup {
  projects: StoredProject[];
  /** Of the whole file. */
  sha256: string;
}

/** Reads the whole file once. @throws UserError where it is not what a backup has written. */
export async function verifyBackup(file: string): Promise<Backup> {
  if (!existsSync(file)) {
    const isBegun = existsSync(`${file}.part`);
    throw new UserError(
      isBegun
        ? `${file} is not whole yet: there is ${file}.part. Run the backup again, it goes on.`
        : `There is no file ${file}: name one that npm run backup has written.`,
    );
  }
  const verifier = new Verifier(file);
  for await (const line of linesOfFile(file)) {
    verifier.take(line);
  }
  return verifier.finish();
}

class Verifier {
  readonly #file: string;
  readonly #hash = createHash("sha256");
  readonly #projects: StoredProject[] = [];
  #open: { line: ProjectLine; start: number; digest: RecordDigest } | null = null;
  #number = 0;
  #bytes = 0;
  #sha256: string | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  take(line: Buffer): void {
    this.#number += 1;
    if (this.#sha256 !== null) {
      this.#refuse("stands behind the end");
    }
    if (!isWhole(line)) {
      this.#refuse("is cut off");
    }
    const type = typeOf(line);
    if ((this.#number === 1) !== (type === "bobbin_backup")) {
      this.#refuse("must be the first line, and no other: this is no backup");
    }
    if (type === "end") {
      this.#takeEnd(line);
      return;
    }
    this.#hash.update(line);
    this.#takeInner(type, line);
    this.#bytes += line.byteLength;
  }

  finish(): Backup {
    if (this.#sha256 === null && this.#number === 0) {
      throw new UserError(`${this.#file} is empty: take another copy of the backup.`);
    }
    if (this.#sha256 === null) {
      this.#refuse("is the last, and no end: the file was cut off");
    }
    return { projects: this.#projects, sha256: this.#sha256 ?? "" };
  }

  #takeInner(type: string, line: Buffer): void {
    switch (type) {
      case "bobbin_backup":
        this.#parse(Head, line);
        return;
      case "project":
        this.#open = {
          line: this.#parse(ProjectLine, line),
          start: this.#bytes + line.byteLength,
          digest: new RecordDigest(),
        };
        return;
      case "checkpoint":
        return;
      case "project_end":
        this.#takeProjectEnd(this.#parse(ProjectEnd, line));
        return;
      default:
        if (this.#open === null) {
          this.#refuse("is of no project");
        }
        this.#open?.digest.add(type, line);
    }
  }

  #takeProjectEnd({ sha256, counts }: ProjectEnd): void {
    if (this.#open === null || this.#open.digest.hex() !== sha256) {
      this.#refuse("does not fit the project's records: their SHA-256 is another");
      return;
    }
    const { line, start } = this.#open;
    this.#projects.push({ ...line, counts, sha256, start, end: this.#bytes });
    this.#open = null;
  }

  #takeEnd(line: Buffer): void {
    const { projects, sha256 } = this.#parse(End, line);
    if (this.#hash.digest("hex") !== sha256 || projects !== this.#projects.length) {
      this.#refuse("does not fit what stands before it: the SHA-256 of the file is another");
    }
    this.#sha256 = sha256;
  }

  #parse<Schema extends z.ZodType>(schema: Schema, line: Buffer): z.output<Schema> {
    try {
      return schema.parse(JSON.parse(line.toString()));
    } catch {
      return this.#refuse("is not what this release's backup writes");
    }
  }

  #refuse(why: string): never {
    throw new UserError(
      `${this.#file} is not as it was written: line ${this.#number} ${why}. Nothing was restored; take another copy of the backup.`,
    );
  }
}
