/** The changes to pdf.js, each by the exact text that it stands for: another version fails here and not at work. */
import { type Change, SLICES } from "./slices.ts";
import { changeTimes, emptyMembers, withoutClass, withoutFolder } from "./source-text.ts";
import { TEXTS } from "./texts.ts";
import { UNUSED, UNUSED_MODULES } from "./unused.ts";

/** Where work is done: each place says how much of it, in units of some ten nanoseconds. */
const CHARGES: readonly Change[] = [
  // Tokens, and what is kept of them.
  [
    "  getObj() {\n    let comment = false;",
    "  getObj() {\n    meter.token();\n    let comment = false;",
  ],
  [
    "      const scanBytes = stream.peekBytes(SCAN_BLOCK_LENGTH);",
    "      meter.charge(2048);\n      const scanBytes = stream.peekBytes(SCAN_BLOCK_LENGTH);",
  ],
  [
    "    while (true) {\n      if (ch < 0) {\n        return EOF;",
    "    while (true) {\n      meter.charge(1);\n      if (ch < 0) {\n        return EOF;",
  ],
  [
    "    while (true) {\n      let charBuffered = false;",
    "    while (true) {\n      meter.charge(5);\n      let charBuffered = false;",
  ],
  [
    '    while (true) {\n      if (ch < 0) {\n        warn("Unterminated hex string");',
    '    while (true) {\n      meter.charge(3);\n      if (ch < 0) {\n        warn("Unterminated hex string");',
  ],
  [
    "!specialChars[ch]) {\n      if (ch === 0x23) {",
    "!specialChars[ch]) {\n      meter.charge(5);\n      if (ch === 0x23) {",
  ],
  [
    "    while ((ch = this.nextChar()) >= 0) {\n      if (ch >= 0x30 && ch <= 0x39) {\n        const currentDigit",
    "    while ((ch = this.nextChar()) >= 0) {\n      meter.charge(1);\n      if (ch >= 0x30 && ch <= 0x39) {\n        const currentDigit",
  ],
  // Bytes unpacked, whatever packed them.
  [
    "  ensureBuffer(requested) {\n    const buffer = this.buffer;\n",
    "  ensureBuffer(requested) {\n    meter.charge(1 + (Math.max(0, requested - this.bufferLength) >> 1));\n    const buffer = this.buffer;\n",
  ],
  [
    "    const buffer2 = new Uint8Array(size);\n    buffer2.set(buffer);",
    "    meter.unpack(requested);\n    const buffer2 = new Uint8Array(Math.min(size, Math.max(requested, 24 * 2 ** 20)));\n    buffer2.set(buffer);",
  ],
  // What a broken font says to be its length is no length to make room for.
  [
    "      this.ensureBuffer(pos + length);\n",
    "      this.ensureBuffer(Math.min(pos + length, 2 ** 16));\n",
  ],
  // Objects.
  [
    "        const entry = {};\n",
    "        meter.entry();\n        if (meter.isTurnOver()) {\n          await meter.pause();\n        }\n        const entry = {};\n",
    2,
  ],
  [
    "    const num = ref.num;\n    const cacheEntry = this._cacheMap.get(num);",
    "    meter.charge(20);\n    const num = ref.num;\n    const cacheEntry = this._cacheMap.get(num);",
  ],
  [
    "    const gen = ref.gen;\n    let num = ref.num;",
    "    meter.object();\n    meter.charge(500);\n    const gen = ref.gen;\n    let num = ref.num;",
  ],
  [
    "    const nums = new Array(n);\n    const offsets = new Array(n);",
    "    const nums = [];\n    const offsets = [];",
  ],
  [
    "    const entries = new Array(n);\n    for (let i = 0; i < n; ++i) {\n      const length = i < n - 1",
    "    const entries = [];\n    for (let i = 0; i < n; ++i) {\n      meter.object();\n      const length = i < n - 1",
  ],
  [
    "      for (let last = kids.length - 1; last >= 0; last--) {\n        const lastKid",
    "      meter.charge(kids.length * 5);\n      for (let last = kids.length - 1; last >= 0; last--) {\n        const lastKid",
  ],
  [
    "  getNewPersistentRef(obj) {",
    "  dropCache() {\n    this._cacheMap = new Map(this._held);\n    this._opened = new Map(this._heldPacks);\n  }\n  getNewPersistentRef(obj) {",
  ],
  // Operators, glyphs, forms, states.
  [
    "        this.preprocessCommand(fn, args);",
    "        meter.operator();\n        this.preprocessCommand(fn, args);",
  ],
  [
    "      const glyphs = font.charsToGlyphs(chars);\n      const scale = textState.fontMatrix[0]",
    "      meter.charge(chars.length * 40);\n      const glyphs = font.charsToGlyphs(chars);\n      const scale = textState.fontMatrix[0]",
  ],
  [
    "    const old = this.state;\n    this.stateStack.push(this.state);",
    "    meter.keep(400);\n    const old = this.state;\n    this.stateStack.push(this.state);",
  ],
  [
    "              const currentState = stateManager.state.clone();\n              const xObjStateManager = new StateManager(currentState);\n              const matrix",
    "              meter.charge(12000);\n              const currentState = stateManager.state.clone();\n              const xObjStateManager = new StateManager(currentState);\n              const matrix",
  ],
  // A state that is named and not there is an error with its trace, and a promise.
  [
    "            next(new Promise(function (resolveGState, rejectGState) {\n              if (!isValidName) {",
    "            meter.charge(500);\n            next(new Promise(function (resolveGState, rejectGState) {\n              if (!isValidName) {",
  ],
  // Four bytes of ASCII85, which are a block.
  ["    if (c === Z_LOWER_CHAR) {\n", "    meter.charge(2);\n    if (c === Z_LOWER_CHAR) {\n"],
  // Tables of characters.
  [
    "    while (low <= high) {\n      this._map[low++] = dstLow++;",
    "    meter.hold((high - low + 1) * 16);\n    meter.charge(high - low);\n    while (low <= high) {\n      this._map[low++] = dstLow++;",
  ],
  [
    "    const lastByte = dstLow.length - 1;\n    while",
    "    const lastByte = dstLow.length - 1;\n    meter.hold((high - low + 1) * (48 + dstLow.length));\n    meter.charge((high - low) * 10);\n    while",
  ],
  [
    "    const ii = array.length;\n    let i = 0;\n    while (low <= high && i < ii) {\n      this._map[low]",
    "    const ii = array.length;\n    meter.hold(ii * 32);\n    let i = 0;\n    while (low <= high && i < ii) {\n      this._map[low]",
  ],
  ["    this._map[src] = dst;", "    meter.hold(48);\n    this._map[src] = dst;"],
  ["const MAX_MAP_RANGE = 2 ** 24 - 1;", "const MAX_MAP_RANGE = 2 ** 17;"],
  // Fonts.
  [
    '          if (fontFile.isEmpty) {\n            throw new FormatError("FontFile is empty");',
    '          meter.charge(1e5);\n          if (fontFile.isEmpty) {\n            throw new FormatError("FontFile is empty");',
  ],
  [
    "    for (let j = 0; j < length;) {\n      const value = data[j++];\n      let validationCommand = null;",
    "    for (let j = 0; j < length;) {\n      meter.charge(3);\n      const value = data[j++];\n      let validationCommand = null;",
  ],
  [
    "    let wx, sbx, subrNumber;\n    for (let i = 0; i < count; i++) {",
    "    let wx, sbx, subrNumber;\n    for (let i = 0; i < count; i++) {\n      meter.charge(5);",
  ],
  [
    "      for (let ii = data.length; i < ii;) {\n        const op = data[i++];",
    "      for (let ii = data.length; i < ii;) {\n        meter.charge(3);\n        const op = data[i++];",
  ],
  [
    "          let glyphCode = file.getInt32() >>> 0;\n",
    "          let glyphCode = file.getInt32() >>> 0;\n          meter.keep(Math.max(0, endCharCode - startCharCode) * 40);\n",
  ],
  [
    "          for (j = start; j <= end; j++) {\n            if (j === 0xffff) {",
    "          meter.keep(Math.max(0, end - start) * 40);\n          for (j = start; j <= end; j++) {\n            if (j === 0xffff) {",
  ],
];

/** Where others get their turn. */
const PAUSES: readonly Change[] = [
  ["    this.checked = 0;\n    return this.endTime <= Date.now();", "    return true;"],
  [
    "    if (++this.checked < TimeSlotManager.CHECK_TIME_EVERY) {\n      return false;\n    }\n",
    "    if (!meter.isTurnOver()) {\n      return false;\n    }\n",
  ],
  [
    "    this.endTime = Date.now() + TimeSlotManager.TIME_SLOT_DURATION_MS;\n    this.checked = 0;\n",
    "",
  ],
  ["      if (stop) {\n        next(deferred);", "      if (stop) {\n        next(meter.pause());"],
  [
    '    const value = obj[prop];\n    if (typeof value === "function") {\n      return value.apply(obj, args);',
    '    await meter.pause();\n    const value = obj[prop];\n    if (typeof value === "function") {\n      return value.apply(obj, args);',
  ],
  [
    "  async fetchAsync(ref, suppressEncryption) {\n",
    "  async fetchAsync(ref, suppressEncryption) {\n    await meter.pause();\n",
  ],
  [
    "      const translated = await self.loadFont(fontName,",
    "      await meter.pause();\n      const translated = await self.loadFont(fontName,",
  ],
];

/** Reading the table of objects, or a broken file for want of it, is one long stretch unless it waits as well. */
const WAITING: readonly Change[] = [
  ["  parse(recoveryMode) {\n    this.xref", "  async parse(recoveryMode) {\n    await this.xref"],
  [
    "  parse(recoveryMode = false) {\n    let trailerDict;",
    "  async parse(recoveryMode = false) {\n    let trailerDict;",
  ],
  ["trailerDict = this.readXRef();", "trailerDict = await this.readXRef();"],
  ["trailerDict = this.indexObjects();", "trailerDict = await this.indexObjects();"],
  ["  readXRef(recoveryMode = false) {", "  async readXRef(recoveryMode = false) {"],
  ["      this.readXRef(true);", "      await this.readXRef(true);"],
  ["dict = this.processXRefTable(parser);", "dict = await this.processXRefTable(parser);"],
  ["dict = this.processXRefStream(obj);", "dict = await this.processXRefStream(obj);"],
  ["  processXRefTable(parser) {", "  async processXRefTable(parser) {"],
  ["  processXRefStream(stream) {", "  async processXRefStream(stream) {"],
  ["const obj = this.readXRefTable(parser);", "const obj = await this.readXRefTable(parser);"],
  ["    this.readXRefStream(stream);", "    await this.readXRefStream(stream);"],
  ["  readXRefTable(parser) {", "  async readXRefTable(parser) {"],
  ["  readXRefStream(stream) {", "  async readXRefStream(stream) {"],
  ["  indexObjects() {", "  async indexObjects() {"],
  [
    "    const buffer = stream.getBytes(),\n      bufferStr = bytesToString(buffer),\n      length = buffer.length;",
    "    const buffer = stream.getBytes(),\n      length = buffer.length;\n    let bufferStr = '';\n    for (let at = 0; at < length; at += 2 ** 16) {\n      bufferStr += bytesToString(buffer.subarray(at, at + 2 ** 16));\n      meter.charge(2 ** 16);\n      await meter.pause();\n    }",
  ],
  [
    "    while (position < length) {\n      let ch = buffer[position];\n      if (ch === TAB",
    "    while (position < length) {\n      meter.charge(60);\n      if (meter.isTurnOver()) {\n        await meter.pause();\n      }\n      let ch = buffer[position];\n      if (ch === TAB",
  ],
  [
    "        const content = buffer.subarray(position, position + contentLength);",
    "        meter.charge(contentLength);\n        const content = buffer.subarray(position, position + contentLength);",
  ],
];

/** What is not read, or read once. */
const LIMITS: readonly Change[] = [
  // Asked again, a meter that has thrown throws again: this loop would have no end.
  [
    '      warn("Invalid cMap data: " + ex);',
    '      meter.check();\n      warn("Invalid cMap data: " + ex);',
  ],
  // Each state had the one before it as its prototype: ten thousand of those take minutes.
  [
    "    const clone = Object.assign(Object.create(this), this);\n    clone.textMatrix",
    "    const clone = Object.assign(Object.create(TextState.prototype), this);\n    clone.textMatrix",
  ],
  // A form that has told no text tells none the next time, wherever on the page it stands.
  [
    "                if (emptyXObjectCache.getByRef(xobj)) {\n                  resolveXObject();",
    "                if (emptyXObjectCache.getByRef(xobj) || meter.isEmptyForm(xobj)) {\n                  resolveXObject();",
  ],
  [
    "                if (!sinkWrapper.enqueueInvoked) {\n                  emptyXObjectCache.set(name, dict.objId, true);",
    "                if (!sinkWrapper.enqueueInvoked) {\n                  meter.addEmptyForm(dict.objId);\n                  emptyXObjectCache.set(name, dict.objId, true);",
  ],
  // All pages were fetched with the first, without a pause: a file that is here is read page by page.
  [
    "        if (currentNode === this.toplevelPagesDict && lastKid instanceof Ref && !pageDictCache.has(lastKid)) {",
    "        if (false) {",
  ],
  [
    "        const obj = await (pageDictCache.get(currentNode) || xref.fetchAsync(currentNode));\n",
    "        const obj = await xref.fetchAsync(currentNode);\n        if (meter.startPage()) {\n          xref.dropCache();\n        }\n",
  ],
  // Behind what is unpacked, the buffer is zeros, which are white space.
  [
    "    return new Stream(this.buffer, start, length, dict);",
    "    const rest = Math.max(0, this.bufferLength - start);\n    return new Stream(this.buffer, start, Math.min(length ?? rest, rest), dict);",
  ],
  // The glyphs of these fonts are drawings.
  ["      if (translatedFont.isType3Font) {\n        try {", "      if (false) {\n        try {"],
  // One line of a broken file may be all of it: it is read in pieces, and a piece of the text is no copy.
  [
    "        if (++offset >= data.length) {\n          break;",
    "        if (++offset >= data.length || offset - tokenStart > 2 ** 16) {\n          break;",
  ],
  [
    '      let token = "",\n        ch = data[offset];',
    "      const tokenStart = offset;\n      let ch = data[offset];",
  ],
  [
    "        token += String.fromCharCode(ch);\n        ch = data[offset];\n      }\n      return token;",
    "        ch = data[offset];\n      }\n      return bufferStr.slice(tokenStart, offset);",
  ],
  // Codes have two bytes; a range of them is walked from end to end.
  [
    "            for (let j = start; j <= code; j++) {\n              glyphsWidths",
    "            for (let j = start, end = Math.min(code, 0xffff); j <= end; j++) {\n              glyphsWidths",
  ],
  [
    "              for (let j = start; j <= code; j++) {\n                glyphsVMetrics",
    "              for (let j = start, end = Math.min(code, 0xffff); j <= end; j++) {\n                glyphsVMetrics",
  ],
  [
    "    this.firstChar = firstChar;\n    this.lastChar = lastChar;",
    "    this.firstChar = Math.max(firstChar, 0);\n    this.lastChar = Math.min(lastChar, 0xffff);",
  ],
  // Pictures are no text, whatever names them as their packing.
  [
    "          return new JpegStream(stream, maybeLength, params);",
    "          return new NullStream();",
  ],
  ["          return new JpxStream(stream, maybeLength);", "          return new NullStream();"],
  [
    "          return new CCITTFaxStream(stream, maybeLength, params);",
    "          return new NullStream();",
  ],
  [
    "          return new Jbig2Stream(stream, maybeLength, params);",
    "          return new NullStream();",
  ],
  ["          return new BrotliStream(stream, maybeLength);", "          return new NullStream();"],
  [
    "      const standardFontName = getXfaFontName(fontName.name);\n",
    "      const standardFontName = null;\n",
  ],
  [
    "    ImageResizer.setOptions(evaluatorOptions);\n    JpegStream.setOptions(evaluatorOptions);\n    OperatorList.setOptions(evaluatorOptions);\n",
    "",
  ],
  [
    "    IccColorSpace.setOptions(options);\n    CmykICCBasedCS.setOptions(options);\n    PDFFunctionFactory.setOptions(options);\n    Pattern.setOptions(options);\n    WasmImage.setOptions(options);\n",
    "",
  ],
  ["  clearPatternCaches();\n", ""],
  ["  WasmImage.cleanup();\n", ""],
  ["globalThis.pdfjsWorker = {\n  WorkerMessageHandler: WorkerMessageHandler\n};", ""],
  [
    "export { WorkerMessageHandler };",
    "let meter;\nfunction setMeter(next) {\n  meter = next;\n}\n",
  ],
  ["//# sourceMappingURL=pdf.worker.mjs.map", ""],
];

/** The source of pdf.js's worker, reduced and metered. Throws where a place is not found. */
export function meterText(source: string): string {
  // Its only use is to start by itself where there is something like a browser.
  let text = withoutClass(source, "WorkerMessageHandler");
  for (const part of UNUSED_MODULES) {
    text = withoutFolder(text, part);
  }
  for (const [className, members] of UNUSED) {
    text = emptyMembers(text, className, members);
  }
  for (const [replaced, replacement, times = 1] of [
    ...CHARGES,
    ...SLICES,
    ...PAUSES,
    ...WAITING,
    ...LIMITS,
    ...TEXTS,
  ]) {
    text = changeTimes(text, replaced, replacement, times);
  }
  return text;
}
