/** What of the source breaks the rules of the house, and its size by room. */
import path from "node:path";

import { findCircles } from "./circles.ts";
import { codeOf } from "./code-of.ts";
import { undescribed } from "./docstrings.ts";
import type { SourceFile } from "./read-source.ts";
import { RETIRED_NAMES } from "./retired-names.ts";
import { ROOMS } from "./rooms.ts";

/** Lines of a file, comments included: what is read in one go. */
const MAX_LINES = 350;
/** Files beside each other: what is found at a glance. */
const MAX_FILES_IN_FOLDER = 24;

export interface RoomSize {
  room: string;
  files: number;
  lines: number;
}

export function sizes(files: readonly SourceFile[]): RoomSize[] {
  return Object.keys(ROOMS).map((room) => {
    const own = files.filter((file) => roomOf(file.path) === room);
    return { room, files: own.length, lines: own.reduce((sum, { lines }) => sum + lines, 0) };
  });
}

/** @returns One line for each fault; none where the house is in order. */
export function faults(files: readonly SourceFile[]): string[] {
  return [
    ...homeless(files),
    ...circlesOf(files),
    ...arrowsBack(files),
    ...crowds(files),
    ...files
      .filter((file) => file.lines > MAX_LINES)
      .map((file) => `${file.path} has ${file.lines} lines: at most ${MAX_LINES}`),
    ...files
      .filter(hasBuriedDocstring)
      .map(({ path: file }) => `${file} says what it is below an import`),
    ...undescribed(files, roomOf),
    ...files.flatMap(retiredNames),
  ];
}

/** Null for what is open to all rooms: composition, directly in `src/` or `src/api/`, and the numbers. */
function roomOf(file: string): string | null {
  const found = Object.keys(ROOMS).find((room) => file.startsWith(`src/${room}/`));
  return found ?? null;
}

/** Files in a folder that the table does not know. */
function homeless(files: readonly SourceFile[]): string[] {
  return files
    .filter(
      ({ path: file }) => roomOf(file) === null && !/^src\/(api\/|limits\/)?[^/]+$/.test(file),
    )
    .map(({ path: file }) => `${file} is in no room of scripts/structure/rooms.ts`);
}

function circlesOf(files: readonly SourceFile[]): string[] {
  const byFile = new Map(files.map(({ path: from, imports }) => [from, imports]));
  const byRoom = new Map<string, string[]>(Object.keys(ROOMS).map((room) => [room, []]));
  for (const { path: from, imports } of files) {
    const room = roomOf(from);
    const others = imports.flatMap((to) => roomOf(to) ?? []).filter((other) => other !== room);
    byRoom.get(room ?? "")?.push(...others);
  }
  return [
    ...findCircles(byFile).map(
      (circle) => `circle of ${circle.length} files: ${circle.join(", ")}`,
    ),
    ...findCircles(byRoom).map((circle) => `circle of rooms: ${circle.join(", ")}`),
  ];
}

function arrowsBack(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path: from, imports }) => {
    const room = roomOf(from);
    return imports.flatMap((to) => {
      const other = roomOf(to);
      if (room === null || other === null || room === other) {
        return [];
      }
      if (!ROOMS[room]?.uses.includes(other)) {
        return [`${from} imports ${to}: ${room}/ does not use ${other}/`];
      }
      const doors = ROOMS[other]?.doors;
      const isDoor = doors?.some(
        (door) => to === `src/${other}/${door}` || to.startsWith(`src/${other}/${door}/`),
      );
      return isDoor === false ? [`${from} imports ${to}, past the door of ${other}/`] : [];
    });
  });
}

function crowds(files: readonly SourceFile[]): string[] {
  const folders = Map.groupBy(files, (file) => path.posix.dirname(file.path));
  return [...folders]
    .filter(([, own]) => own.length > MAX_FILES_IN_FOLDER)
    .map(([folder, own]) => `${folder} has ${own.length} files: at most ${MAX_FILES_IN_FOLDER}`);
}

/** A file's docstring is its first line: sorting imports may have put one above it. */
function hasBuriedDocstring({ text }: SourceFile): boolean {
  return /^import [^;]*;\n+\/\*\*(?:[^*]|\*(?!\/))*\*\/\nimport/m.test(text);
}

/** In code alone: what a comment or a text says is English. */
function retiredNames({ path: file, text }: SourceFile): string[] {
  const names = new Set(codeOf(text).match(/[\w$]+/g));
  return Object.entries(RETIRED_NAMES).flatMap(([name, { today, keptIn = [] }]) =>
    names.has(name) && !keptIn.includes(file) ? [`${file} says ${name}: it is ${today}`] : [],
  );
}
