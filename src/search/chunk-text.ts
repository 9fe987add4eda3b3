/**
 * Cuts a document into the passages that a search finds. Passages end where a paragraph or a
 * sentence ends, in any script, and overlap, so that what stands at a seam is found whole.
 */

/** Lengths are characters as JavaScript counts them (UTF-16 units), as offsets are. */
export interface ChunkSize {
  max: number;
  /** At most this much of a passage's end begins the next one. */
  overlap: number;
}

export interface TextChunk {
  text: string;
  /** Characters from the start of the document. */
  offset: number;
}

/** How well a text may be cut here. */
const CUT = { anywhere: 0, word: 1, line: 2, sentence: 3, paragraph: 4 } as const;
type Cut = (typeof CUT)[keyof typeof CUT];

/** A stretch of text that no cut divides, up to the next possible cut. */
interface Piece {
  start: number;
  end: number;
  cut: Cut;
}

/**
 * Ends a stretch: blank line, line break, the end of a sentence with what closes it (scripts
 * without spaces need none after it), or space. Groups tell which.
 */
const STRETCH_END =
  /(?<paragraph>\r?\n[^\S\n]*\r?\n\s*)|(?<sentence>[.!?…؟۔।॥։።]["'”’»)\]]*\s+|[。！？｡][」』”’）】]*\s*)|(?<line>\r?\n\s*)|(?<word>\s+)/gu;

/** All passages at once: see `chunksOf`. */
export function chunkText(text: string, size: ChunkSize): TextChunk[] {
  return [...chunksOf(text, size)];
}

/**
 * Passages of `text`, in order, untrimmed: together they cover all of it. None where it is empty.
 * Each takes work in proportion to its length, and no more of the text is held than one passage.
 */
export function* chunksOf(text: string, size: ChunkSize): Generator<TextChunk, void, undefined> {
  const stretches = piecesOf(text, Math.max(size.overlap, Math.ceil(size.max / 10)));
  let pieces: Piece[] = [];
  let isAll = false;
  for (;;) {
    while (!isAll && endOf(pieces, pieces.length - 1) - startOf(pieces, 0) <= size.max) {
      const { value, done } = stretches.next();
      if (done === true) {
        isAll = true;
      } else {
        pieces.push(value);
      }
    }
    if (pieces.length === 0) {
      return;
    }
    const past = endOfChunk(pieces, size.max);
    const offset = startOf(pieces, 0);
    yield { text: text.slice(offset, endOf(pieces, past - 1)), offset };
    pieces = pieces.slice(past === pieces.length ? past : startOfNext(pieces, past, size.overlap));
  }
}

/** The stretches of the text, none longer than `maxChars`: where one is, an overlap ends inside a word. */
function* piecesOf(text: string, maxChars: number): Generator<Piece, void, undefined> {
  let start = 0;
  for (const match of text.matchAll(STRETCH_END)) {
    const end = match.index + match[0].length;
    yield* cutPiece(text, { start, end, cut: cutOf(match.groups) }, maxChars);
    start = end;
  }
  yield* cutPiece(text, { start, end: text.length, cut: CUT.paragraph }, maxChars);
}

function cutOf(groups: Record<string, string | undefined> = {}): Cut {
  const kind = (["paragraph", "sentence", "line"] as const).find(
    (name) => groups[name] !== undefined,
  );
  return CUT[kind ?? "word"];
}

/** The stretch, cut anywhere (but not inside a surrogate pair) where it is too long. */
function* cutPiece(text: string, stretch: Piece, maxChars: number): Generator<Piece> {
  let { start } = stretch;
  while (stretch.end - start > maxChars) {
    const half = isLowSurrogate(text.charCodeAt(start + maxChars)) ? maxChars - 1 : maxChars;
    yield { start, end: start + half, cut: CUT.anywhere };
    start += half;
  }
  if (stretch.end > start) {
    yield { ...stretch, start };
  }
}

/**
 * Index past the last piece of the first chunk: the best cut in its later half. The last of `pieces` is the
 * text's, or the first that does not fit.
 */
function endOfChunk(pieces: readonly Piece[], maxChars: number): number {
  const start = startOf(pieces, 0);
  let best = 1;
  let bestCut: Cut = CUT.anywhere;
  for (const [index, piece] of pieces.entries()) {
    const past = index + 1;
    if (index > 0 && piece.end - start > maxChars) {
      return best;
    }
    if (past === pieces.length) {
      return past;
    }
    if (piece.end - start <= maxChars / 2) {
      best = past;
    } else if (piece.cut >= bestCut) {
      best = past;
      bestCut = piece.cut;
    }
  }
  return best;
}

/** The piece with which the next chunk begins: a sentence's first where the overlap holds one. */
function startOfNext(pieces: readonly Piece[], past: number, overlap: number): number {
  const end = endOf(pieces, past - 1);
  let best = past;
  let bestCut: Cut = CUT.anywhere;
  for (let next = past - 1; next > 0 && end - startOf(pieces, next) <= overlap; next--) {
    const cut = pieces[next - 1]?.cut ?? CUT.anywhere;
    if (Math.min(cut, CUT.sentence) >= Math.min(bestCut, CUT.sentence)) {
      best = next;
      bestCut = cut;
    }
  }
  return best;
}

function startOf(pieces: readonly Piece[], index: number): number {
  return pieces[index]?.start ?? 0;
}

function endOf(pieces: readonly Piece[], index: number): number {
  return pieces[index]?.end ?? 0;
}

/** The text that the chunks, in order, were cut from. */
export function joinChunks(chunks: readonly TextChunk[]): string {
  let text = "";
  for (const chunk of chunks) {
    text += chunk.text.slice(text.length - chunk.offset);
  }
  return text;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
