/**
 * What pdf.js does in one go and here in pieces: it unpacks a stream while it reads it, at once where it wants
 * all of it, and reads all objects of a packed stream with the first of them.
 */

/** `times`: at how many places, where it is more than one. */
export type Change = readonly [text: string, replacement: string, times?: number];

/** Of a stream, the bytes of one piece; of a font's program all that is read: larger ones tell no more of text. */
const PIECE = "2 ** 15";
const FONT_BYTES = "2 ** 20";

const TO_READ_CODES = `    buffer = this.buffer;
    let limit = buffer ? buffer.length : 0;
    let pos = this.bufferLength;
    while (true) {
      let code1 = this.getCode(litCodeTable);`;

/** A block of Flate may be as long as its stream: it is left in mid-block, and taken up there. */
const BLOCKS: readonly Change[] = [
  [
    "  readBlock() {\n    let buffer, hdr, len;\n    const str = this.stream;\n",
    `  readBlock() {
    meter.charge(20);
    if (this.openBlock) {
      const [litCodes, distCodes, isLast] = this.openBlock;
      this.eof = isLast;
      this.readCodes(litCodes, distCodes);
      return;
    }
    let buffer, hdr, len;
    const str = this.stream;
`,
  ],
  [
    "    } else if (hdr === 2) {\n      const numLitCodes",
    "    } else if (hdr === 2) {\n      meter.charge(2000);\n      const numLitCodes",
  ],
  [
    TO_READ_CODES,
    `    this.readCodes(litCodeTable, distCodeTable);
  }
  readCodes(litCodeTable, distCodeTable) {
    let len, codes = 0;
    let buffer = this.buffer;
    let limit = buffer ? buffer.length : 0;
    const start = this.bufferLength;
    let pos = start;
    this.openBlock = null;
    while (true) {
      codes += 1;
      if (pos - start > ${PIECE}) {
        this.openBlock = [litCodeTable, distCodeTable, this.eof];
        this.eof = false;
        this.bufferLength = pos;
        meter.charge((pos - start >> 1) + codes);
        return;
      }
      let code1 = this.getCode(litCodeTable);`,
  ],
  [
    "      if (code1 === 256) {\n        this.bufferLength = pos;\n        return;",
    "      if (code1 === 256) {\n        this.bufferLength = pos;\n        meter.charge((pos - start >> 1) + codes);\n        return;",
  ],
  // White space among letters may be all that there is.
  [
    "    let c = str.getByte();\n    while (isWhiteSpace(c)) {\n      c = str.getByte();\n    }\n    if (c === EOF || c === TILDA_CHAR)",
    "    let c = str.getByte();\n    while (isWhiteSpace(c)) {\n      meter.charge(1);\n      c = str.getByte();\n    }\n    if (c === EOF || c === TILDA_CHAR)",
  ],
  [
    "        c = str.getByte();\n        while (isWhiteSpace(c)) {\n          c = str.getByte();",
    "        c = str.getByte();\n        while (isWhiteSpace(c)) {\n          meter.charge(1);\n          c = str.getByte();",
  ],
  [
    "    const stream = streams.shift();\n    let chunk;\n    try {\n      chunk = stream.getBytes();\n    } catch (reason) {",
    `    const stream = streams[0];
    let chunk;
    try {
      chunk = stream.getBytes(${PIECE});
      if (chunk.length === 0) {
        streams.shift();
        return;
      }
    } catch (reason) {
      streams.shift();`,
  ],
];

/** What is wanted whole is unpacked before, with pauses; where it is damaged, up to there. */
const AHEAD: readonly Change[] = [
  [
    "  async getImageData(length, decoderOptions) {\n    if (!this.canAsyncDecodeImageFromBuffer) {",
    `  get isAsync() {
    return true;
  }
  async asyncGetBytes(most = Infinity) {
    try {
      while (!this.eof && this.bufferLength <= most) {
        if (meter.isTurnOver()) {
          await meter.pause();
        }
        this.readBlock();
      }
    } catch {
      meter.check();
      this.eof = true;
    }
    return null;
  }
  async getImageData(length, decoderOptions) {
    if (!this.canAsyncDecodeImageFromBuffer) {`,
  ],
  // Unpacked by the platform, a stream would be there whole before it could be counted.
  ["  get isAsync() {\n    return this.#isAsync;\n  }\n", ""],
  [
    "  async asyncGetBytes() {\n    const {\n      decompressed,",
    "  async unpackAtOnce() {\n    const {\n      decompressed,",
  ],
  // A page's content is read operator by operator, and unpacked as far as it is read.
  ["      if (content.isAsync) {", "      if (false) {"],
  ["        if (item instanceof BaseStream && item.isAsync) {", "        if (false) {"],
  [
    "    if (stream.isAsync) {\n      const bytes = await stream.asyncGetBytes();",
    "    if (false) {\n      const bytes = await stream.asyncGetBytes();",
  ],
  [
    "            const bytes = await fontFile.asyncGetBytes();\n            if (bytes) {\n              fontFile = new Stream(bytes, 0, bytes.length, fontFile.dict);\n            }\n          }",
    `            await fontFile.asyncGetBytes(${FONT_BYTES});
          }
          const fontBytes = fontFile.bufferLength ?? fontFile.length;`,
  ],
  [
    '          if (fontFile.isEmpty) {\n            throw new FormatError("FontFile is empty");\n          }',
    `          if (fontFile.isEmpty) {
            throw new FormatError("FontFile is empty");
          }
          if (fontBytes > ${FONT_BYTES}) {
            fontFile = null;
          }`,
  ],
  [
    "  let previous, embeddedUseCMap;\n  objLoop: while (true) {\n",
    "  let previous, embeddedUseCMap;\n  objLoop: while (true) {\n    if (meter.isTurnOver()) {\n      await meter.pause();\n    }\n",
  ],
];

/** Where the table of objects begins is said at the end of the file; white space behind it may be all of it. */
const ENDS: readonly Change[] = [
  [
    "      while (!found && pos > 0) {\n        pos -= step - startXRefLength;",
    "      while (!found && pos > 0 && stream.end - pos < 2 ** 20) {\n        pos -= step - startXRefLength;",
  ],
  [
    "        do {\n          ch = stream.getByte();\n        } while (isWhiteSpace(ch));\n        let str",
    "        do {\n          meter.charge(1);\n          ch = stream.getByte();\n        } while (isWhiteSpace(ch));\n        let str",
  ],
  [
    "        while (ch >= 0x20 && ch <= 0x39) {\n          str +=",
    "        while (ch >= 0x20 && ch <= 0x39) {\n          meter.charge(5);\n          str +=",
  ],
  [
    "        while (isWhiteSpace(ch)) {\n          stream.pos++;\n          ch = stream.peekByte();\n        }\n        startXRef",
    "        while (isWhiteSpace(ch)) {\n          meter.charge(2);\n          stream.pos++;\n          ch = stream.peekByte();\n        }\n        startXRef",
  ],
];

/** The objects of a packed stream are read ahead of the first that is asked for, where that can wait. */
const OBJECTS: readonly Change[] = [
  [
    "    let root;\n    try {\n      root = trailerDict.get",
    '    await this.openObject(trailerDict.getRaw("Root"));\n    let root;\n    try {\n      root = trailerDict.get',
  ],
  [
    "  async fetchAsync(ref, suppressEncryption) {\n",
    `  /** Reads the packed stream that the object stands in, once. */
  async openObject(ref) {
    if (!(ref instanceof Ref) || this._cacheMap.has(ref.num)) {
      return;
    }
    const entry = this.getEntry(ref.num);
    if (entry === null || entry.uncompressed) {
      return;
    }
    this._opened ??= new Map();
    let opened = this._opened.get(entry.offset);
    if (opened === undefined) {
      opened = this.readPacked(entry.offset).catch(() => meter.check());
      opened.catch(() => {});
      this._opened.set(entry.offset, opened);
    }
    await opened;
  }
  async readPacked(tableOffset) {
    const stream = this.fetch(Ref.get(tableOffset, 0));
    if (!(stream instanceof DecodeStream)) {
      return;
    }
    await stream.asyncGetBytes();
    const first = stream.dict.get("First");
    const n = stream.dict.get("N");
    if (!Number.isInteger(first) || !Number.isInteger(n)) {
      return;
    }
    const heads = new Parser({ lexer: new Lexer(stream), xref: this, allowStreams: true });
    const nums = [];
    const offsets = [];
    for (let i = 0; i < n; ++i) {
      meter.object();
      if (meter.isTurnOver()) {
        await meter.pause();
      }
      const num = heads.getObj();
      const offset = heads.getObj();
      if (!Number.isInteger(num) || !Number.isInteger(offset)) {
        return;
      }
      const entry = this.getEntry(num);
      if (entry?.offset === tableOffset && entry.gen !== i) {
        entry.gen = i;
      }
      nums.push(num);
      offsets.push(offset);
    }
    const read = [];
    let tokens = 0;
    meter.object();
    for (let i = 0; i < n; ++i) {
      tokens += meter.object();
      if (meter.isTurnOver()) {
        await meter.pause();
      }
      const length = i < n - 1 ? offsets[i + 1] - offsets[i] : undefined;
      if (length < 0) {
        return;
      }
      const lexer = new Lexer(stream.makeSubStream((stream.start || 0) + first + offsets[i], length, stream.dict));
      const obj = new Parser({ lexer, xref: this, allowStreams: true }).getObj();
      const entry = this.entries[nums[i]];
      if (!(obj instanceof BaseStream) && entry && entry.offset === tableOffset && entry.gen === i) {
        read.push([nums[i], obj]);
        this._cacheMap.set(nums[i], obj);
      }
    }
    tokens += meter.object();
    if (meter.holdsPack(tokens)) {
      this._held = [...(this._held ?? []), ...read];
      this._heldPacks = [...(this._heldPacks ?? []), [tableOffset, Promise.resolve()]];
    }
  }
  async fetchAsync(ref, suppressEncryption) {
    await this.openObject(ref);
`,
  ],
];

export const SLICES: readonly Change[] = [...BLOCKS, ...AHEAD, ...ENDS, ...OBJECTS];
