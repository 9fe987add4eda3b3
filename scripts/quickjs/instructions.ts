import type { Reader } from "./wasm-binary.ts";

/** https://webassembly.github.io/spec/core/binary/instructions.html */
export const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  call: 0x10,
  callIndirect: 0x11,
  selectTyped: 0x1c,
  localGet: 0x20,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  tableSet: 0x26,
  firstMemory: 0x28,
  lastMemory: 0x3e,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32LtS: 0x48,
  i32Sub: 0x6b,
  i32ShrU: 0x76,
  firstNumeric: 0x45,
  lastNumeric: 0xc4,
  refNull: 0xd0,
  refFunc: 0xd2,
  prefixed: 0xfc,
} as const;

export const PREFIXED = { memoryInit: 8, dataDrop: 9, memoryCopy: 10, memoryFill: 11 } as const;

const PLAIN = new Set([0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b, 0xd1]);
/** One LEB128 immediate: a label, an index, a block type, a constant. */
const ONE_LEB = new Set<number>([
  OP.block,
  OP.loop,
  OP.if,
  OP.br,
  OP.brIf,
  OP.call,
  OP.memorySize,
  OP.memoryGrow,
  OP.i32Const,
  OP.i64Const,
  OP.refNull,
  OP.refFunc,
]);

/** Moves the reader from behind an opcode to behind its immediates; returns a prefixed opcode's number. */
export function skipImmediates(reader: Reader, opcode: number): number | null {
  if (PLAIN.has(opcode) || (opcode >= OP.firstNumeric && opcode <= OP.lastNumeric)) {
    return null;
  }
  if (ONE_LEB.has(opcode) || (opcode >= OP.localGet && opcode <= OP.tableSet)) {
    reader.skipLeb();
    return null;
  }
  if (opcode >= OP.firstMemory && opcode <= OP.lastMemory) {
    reader.skipLeb();
    reader.skipLeb();
    return null;
  }
  if (opcode === OP.prefixed) {
    return skipPrefixed(reader);
  }
  skipRare(reader, opcode);
  return null;
}

function skipRare(reader: Reader, opcode: number): void {
  switch (opcode) {
    case OP.brTable:
      for (let left = reader.u32() + 1; left > 0; left -= 1) {
        reader.skipLeb();
      }
      return;
    case OP.callIndirect:
      reader.skipLeb();
      reader.skipLeb();
      return;
    case OP.selectTyped:
      reader.take(reader.u32());
      return;
    case OP.f32Const:
      reader.take(4);
      return;
    case OP.f64Const:
      reader.take(8);
      return;
    default:
      throw new Error(`opcode 0x${opcode.toString(16)} is not known here`);
  }
}

function skipPrefixed(reader: Reader): number {
  const number = reader.u32();
  if (number > PREFIXED.memoryFill) {
    throw new Error(`opcode 0xfc ${number} is not known here`);
  }
  const indices =
    number === PREFIXED.memoryInit || number === PREFIXED.memoryCopy
      ? 2
      : Number(number >= PREFIXED.dataDrop);
  for (let left = indices; left > 0; left -= 1) {
    reader.skipLeb();
  }
  return number;
}
