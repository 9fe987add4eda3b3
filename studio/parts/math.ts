/** Formulas, with their letters: loaded with the first one that is shown. */
import "katex/dist/katex.min.css";

export { math } from "@streamdown/math";
