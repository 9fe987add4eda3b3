/**
 * Rewrites a WebAssembly module so that it cannot run for ever: every pass of every loop, every
 * entry of a function that calls others, and every 64 bytes of a bulk memory operation take one
 * unit from the mutable global `fuel`; when it is below zero the import `meter.refuel` is called.
 * The host sets `fuel` anew to let the module go on, or throws to end it.
 *
 * Why: QuickJS polls its interrupt handler in byte code alone, and there only every 10 000th jump.
 * `[].indexOf.call({length: 2 ** 53 - 1}, 1)` is never asked.
 */
import { OP, PREFIXED, skipImmediates } from "./instructions.ts";
import { joinSections, Reader, SECTION, splitSections, Writer } from "./wasm-binary.ts";
import type { Section } from "./wasm-binary.ts";

const I32 = 0x7f;
const EMPTY_BLOCK = 0x40;
const KIND = { function: 0, global: 3 } as const;
/** Bytes of a bulk operation for one unit, as a power of two. */
const BULK_SHIFT = 6;

/** What the inserted code refers to. */
interface Meter {
  fuelGlobal: number;
  /** Holds a bulk operation's length while it is charged. */
  lengthGlobal: number;
  refuelFunction: number;
}

export function meter(wasm: Uint8Array): Uint8Array {
  const sections = splitSections(wasm);
  const types = count(sections, SECTION.type);
  const globals = count(sections, SECTION.global);
  const names: Meter = {
    fuelGlobal: globals,
    lengthGlobal: globals + 1,
    refuelFunction: importedFunctions(sections),
  };
  const rewrites: Partial<Record<number, (bytes: Uint8Array) => Uint8Array>> = {
    // refuel: () -> ()
    [SECTION.type]: (bytes) => append(bytes, (writer) => writer.bytes([0x60, 0, 0])),
    [SECTION.import]: (bytes) => append(bytes, (writer) => writeImport(writer, types)),
    [SECTION.global]: appendGlobals,
    [SECTION.export]: (bytes) => rewriteExports(bytes, names),
    [SECTION.element]: (bytes) => rewriteElements(bytes, names),
    [SECTION.code]: (bytes) => rewriteCode(bytes, names),
    [SECTION.start]: (bytes) => Uint8Array.from(leb(moved(new Reader(bytes).u32(), names))),
  };
  return joinSections(
    sections.map(({ id, bytes }) => ({ id, bytes: rewrites[id]?.(bytes) ?? bytes })),
  );
}

function count(sections: readonly Section[], id: number): number {
  const section = sections.find((candidate) => candidate.id === id);
  if (!section) {
    throw new Error(`the module has no section ${id}`);
  }
  return new Reader(section.bytes).u32();
}

/** 2 147 483 647 as signed LEB128: instantiation itself is never refused. */
const FULL = [0xff, 0xff, 0xff, 0xff, 0x07];

function appendGlobals(bytes: Uint8Array): Uint8Array {
  const writer = new Writer();
  const reader = new Reader(bytes);
  writer.u32(reader.u32() + 2);
  writer.bytes(bytes.subarray(reader.position));
  writer.bytes([I32, 1, OP.i32Const, ...FULL, OP.end]);
  writer.bytes([I32, 1, OP.i32Const, 0, OP.end]);
  return writer.done();
}

function append(bytes: Uint8Array, write: (writer: Writer) => void): Uint8Array {
  const reader = new Reader(bytes);
  const writer = new Writer();
  writer.u32(reader.u32() + 1);
  writer.bytes(bytes.subarray(reader.position));
  write(writer);
  return writer.done();
}

function importedFunctions(sections: readonly Section[]): number {
  const section = sections.find(({ id }) => id === SECTION.import);
  const reader = new Reader(section?.bytes ?? Uint8Array.of(0));
  let functions = 0;
  for (let left = reader.u32(); left > 0; left -= 1) {
    reader.name();
    reader.name();
    const kind = reader.byte();
    if (kind === KIND.function) {
      reader.u32();
      functions += 1;
    } else {
      // A memory: limits with a flag for the maximum. Emscripten imports nothing else here.
      const hasMaximum = reader.byte() & 1;
      reader.u32();
      if (hasMaximum) {
        reader.u32();
      }
    }
  }
  return functions;
}

function writeImport(writer: Writer, type: number): void {
  writer.name("meter");
  writer.name("refuel");
  writer.byte(KIND.function);
  writer.u32(type);
}

/** Imported functions are numbered first, so each function of the module's own moves up by one. */
function moved(index: number, names: Meter): number {
  return index >= names.refuelFunction ? index + 1 : index;
}

function rewriteExports(bytes: Uint8Array, names: Meter): Uint8Array {
  const reader = new Reader(bytes);
  const writer = new Writer();
  const exports = reader.u32();
  writer.u32(exports + 1);
  for (let left = exports; left > 0; left -= 1) {
    writer.name(reader.name());
    const kind = reader.byte();
    const index = reader.u32();
    writer.byte(kind);
    writer.u32(kind === KIND.function ? moved(index, names) : index);
  }
  writer.name("fuel");
  writer.byte(KIND.global);
  writer.u32(names.fuelGlobal);
  return writer.done();
}

function rewriteElements(bytes: Uint8Array, names: Meter): Uint8Array {
  const reader = new Reader(bytes);
  const writer = new Writer();
  const segments = reader.u32();
  writer.u32(segments);
  for (let left = segments; left > 0; left -= 1) {
    const start = reader.position;
    if (reader.u32() !== 0 || reader.byte() !== OP.i32Const) {
      throw new Error("only active element segments of table 0 are known here");
    }
    reader.skipLeb();
    reader.byte();
    writer.bytes(reader.since(start));
    const functions = reader.u32();
    writer.u32(functions);
    for (let rest = functions; rest > 0; rest -= 1) {
      writer.u32(moved(reader.u32(), names));
    }
  }
  return writer.done();
}

function rewriteCode(bytes: Uint8Array, names: Meter): Uint8Array {
  const reader = new Reader(bytes);
  const writer = new Writer();
  const bodies = reader.u32();
  writer.u32(bodies);
  for (let left = bodies; left > 0; left -= 1) {
    const body = rewriteBody(reader.take(reader.u32()), names);
    writer.u32(body.length);
    writer.bytes(body);
  }
  return writer.done();
}

/** A place in a body where code is inserted: a loop's or the body's start, or before a bulk operation. */
interface Site {
  at: number;
  code: "pass" | "bulk";
}

interface BodyScan {
  start: number;
  sites: Site[];
  /** Operands that name a function: `[from, to)` and the index itself. */
  callees: { from: number; to: number; index: number }[];
  callsOthers: boolean;
}

function rewriteBody(bytes: Uint8Array, names: Meter): Uint8Array {
  const scan = scanBody(bytes);
  const edits = [
    ...scan.sites.map(({ at, code }) => ({ from: at, to: at, put: charge(code, names) })),
    ...scan.callees.map(({ from, to, index }) => ({ from, to, put: leb(moved(index, names)) })),
  ].toSorted((a, b) => a.from - b.from);
  const writer = new Writer();
  let copied = 0;
  for (const { from, to, put } of edits) {
    writer.bytes(bytes.subarray(copied, from));
    writer.bytes(put);
    copied = to;
  }
  writer.bytes(bytes.subarray(copied));
  return writer.done();
}

function scanBody(bytes: Uint8Array): BodyScan {
  const reader = new Reader(bytes);
  for (let left = reader.u32(); left > 0; left -= 1) {
    reader.skipLeb();
    reader.byte();
  }
  const scan: BodyScan = { start: reader.position, sites: [], callees: [], callsOthers: false };
  while (!reader.atEnd) {
    scanInstruction(reader, scan);
  }
  if (scan.callsOthers) {
    scan.sites.push({ at: scan.start, code: "pass" });
  }
  return scan;
}

function scanInstruction(reader: Reader, scan: BodyScan): void {
  const at = reader.position;
  const opcode = reader.byte();
  const prefixed = skipImmediates(reader, opcode);
  if (opcode === OP.loop) {
    scan.sites.push({ at: reader.position, code: "pass" });
  }
  if (prefixed === PREFIXED.memoryCopy || prefixed === PREFIXED.memoryFill) {
    scan.sites.push({ at, code: "bulk" });
  }
  if (opcode === OP.call || opcode === OP.refFunc) {
    const index = new Reader(reader.since(at + 1)).u32();
    scan.callees.push({ from: at + 1, to: reader.position, index });
  }
  scan.callsOthers ||= opcode === OP.call || opcode === OP.callIndirect;
}

/** Takes the cost from the fuel and calls `refuel` below zero. Before a bulk operation its length is on top of the stack. */
function charge(code: Site["code"], names: Meter): number[] {
  const fuel = leb(names.fuelGlobal);
  const length = leb(names.lengthGlobal);
  const keepLength = [OP.globalSet, ...length, OP.globalGet, ...length];
  const bulkCost = [OP.globalGet, ...length, OP.i32Const, BULK_SHIFT, OP.i32ShrU];
  const burn = (cost: number[]) => [
    OP.globalGet,
    ...fuel,
    ...cost,
    OP.i32Sub,
    OP.globalSet,
    ...fuel,
  ];
  const isEmpty = [OP.globalGet, ...fuel, OP.i32Const, 0, OP.i32LtS];
  const refuelIf = [OP.if, EMPTY_BLOCK, OP.call, ...leb(names.refuelFunction), OP.end];
  return code === "bulk"
    ? [...keepLength, ...burn(bulkCost), ...isEmpty, ...refuelIf]
    : [...burn([OP.i32Const, 1]), ...isEmpty, ...refuelIf];
}

function leb(value: number): number[] {
  const writer = new Writer();
  writer.u32(value);
  return [...writer.done()];
}
