/** Numbers of a workbook as its cells show them: dates, percentages, currencies, fixed decimals. */
import { format, isDateFormat } from "numfmt";

import type { ZipArchive } from "../package/zip";
import { readXml } from "../text/xml";

/** Formats that a workbook names by number alone (ECMA-376, 18.8.30). */
const BUILT_IN: ReadonlyMap<number, string> = new Map([
  [1, "0"],
  [2, "0.00"],
  [3, "#,##0"],
  [4, "#,##0.00"],
  // The currency of 5 to 8, 42 and 44 is the reader's own, which the file does not tell.
  [5, "#,##0;(#,##0)"],
  [6, "#,##0;(#,##0)"],
  [7, "#,##0.00;(#,##0.00)"],
  [8, "#,##0.00;(#,##0.00)"],
  [9, "0%"],
  [10, "0.00%"],
  [11, "0.00E+00"],
  [12, "# ?/?"],
  [13, "# ??/??"],
  // Shown in the reader's own order of day and month; this order cannot be misread.
  [14, "yyyy-mm-dd"],
  [15, "d-mmm-yy"],
  [16, "d-mmm"],
  [17, "mmm-yy"],
  [18, "h:mm AM/PM"],
  [19, "h:mm:ss AM/PM"],
  [20, "h:mm"],
  [21, "h:mm:ss"],
  [22, "yyyy-mm-dd h:mm"],
  // What 27 to 36 and 50 to 58 show of a day depends on which East Asian language the reader has.
  ...[27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id): [number, string] => [
    id,
    "yyyy-mm-dd",
  ]),
  [32, "h:mm"],
  [33, "h:mm:ss"],
  // A day in one of these languages, a time of day in another.
  ...[34, 35, 55, 56].map((id): [number, string] => [id, "yyyy-mm-dd h:mm:ss"]),
  [37, "#,##0;(#,##0)"],
  [38, "#,##0;(#,##0)"],
  [39, "#,##0.00;(#,##0.00)"],
  [40, "#,##0.00;(#,##0.00)"],
  [41, "#,##0;(#,##0)"],
  [42, "#,##0;(#,##0)"],
  [43, "#,##0.00;(#,##0.00)"],
  [44, "#,##0.00;(#,##0.00)"],
  [45, "mm:ss"],
  [46, "[h]:mm:ss"],
  [47, "mm:ss.0"],
  [48, "0.00E+00"],
]);
/** Days from the first day of 1900, as workbooks count, to that of 1904, as those of old Macs do. */
const DAYS_1900_TO_1904 = 1462;
/** Decimal digits that a double holds for certain; more shows noise such as 0.30000000000000004. */
const SIGNIFICANT_DIGITS = 15;

/** As programs of the field allow. */
const MAX_PATTERN_CHARS = 255;
const MAX_FONT_CHARS = 31;

/** Of cells, by the number that they name. */
interface CellStyle {
  /** Null is "General". */
  shown: Shown | null;
  font: string | undefined;
}

interface Shown {
  pattern: string;
  /** Added to the number. */
  shiftDays: number;
}

export class NumberFormats {
  readonly #styles: readonly CellStyle[];

  constructor(styles: readonly CellStyle[]) {
    this.#styles = styles;
  }

  /** The text as a cell of this style shows it. */
  showText(text: string, style: number): string {
    return showText(text, this.#styles[style]?.shown ?? null);
  }

  /** The font of the cells of this style. */
  fontOf(style: number): string | undefined {
    return this.#styles[style]?.font;
  }

  /** The number as a cell of this style shows it. */
  show(value: string, style: number): string {
    return show(value, this.#styles[style]?.shown ?? null);
  }
}

/** A text as a format shows it that has something to say about texts. */
function showText(text: string, shown: Shown | null): string {
  return text !== "" && shown?.pattern.includes("@") === true
    ? format(shown.pattern, text, { throws: false }).trim()
    : text;
}

/** A number as a format shows it, outside of any cell; what is no number stays as it is. */
export function showNumber(value: string, formatCode: string): string {
  return show(value, shownBy(formatCode === "" ? undefined : formatCode, false));
}

function show(value: string, shown: Shown | null): string {
  const number = Number(value);
  if (value === "" || !Number.isFinite(number)) {
    return value;
  }
  if (shown === null) {
    return String(Number(number.toPrecision(SIGNIFICANT_DIGITS)));
  }
  return format(shown.pattern, number + shown.shiftDays, { throws: false }).trim();
}

export async function readNumberFormats(
  zip: ZipArchive,
  part: string | undefined,
  isFrom1904: boolean,
): Promise<NumberFormats> {
  const custom = new Map<number, string>();
  const styles: CellStyle[] = [];
  const fonts: (string | undefined)[] = [];
  let isInCellFormats = false;
  if (part !== undefined) {
    await readXml(zip.stream(part), {
      open(name, { numFmtId, formatCode, fontId, val }) {
        const id = Number(numFmtId);
        if (name === "numFmt" && formatCode !== undefined) {
          zip.work.hold(formatCode.length);
          custom.set(id, formatCode);
        } else if (name === "font") {
          zip.work.hold(0);
          fonts.push(undefined);
        } else if (name === "name" && fonts.length > 0) {
          fonts[fonts.length - 1] ??= val?.slice(0, MAX_FONT_CHARS);
        } else if (name === "cellXfs") {
          isInCellFormats = true;
        } else if (name === "xf" && isInCellFormats) {
          zip.work.hold(0);
          styles.push({
            shown: shownBy(custom.get(id) ?? BUILT_IN.get(id), isFrom1904),
            font: fonts[Number(fontId)],
          });
        }
      },
      close(name) {
        isInCellFormats &&= name !== "cellXfs";
      },
    });
  }
  return new NumberFormats(styles);
}

function shownBy(formatCode: string | undefined, isFrom1904: boolean): Shown | null {
  const isPlain = formatCode === undefined || /^(?:general|@)$/i.test(formatCode);
  if (isPlain || formatCode.length > MAX_PATTERN_CHARS) {
    return null;
  }
  // A currency's language says where the sign comes from, not how the reader writes numbers.
  const pattern = formatCode.replace(/\[\$([^\]-]+)-[\da-f]+\]/gi, "[$$$1]");
  return { pattern, shiftDays: isFrom1904 && isDateFormat(pattern) ? DAYS_1900_TO_1904 : 0 };
}
