import { asText } from "../api/json.ts";
import { CopyButton } from "./copy-button.tsx";

/** Characters drawn; all of them are copied. */
const MAX_CHARS = 20_000;

/** A value as a person reads it: a text as it is, all else as JSON. */
export function JsonView({ label, value }: { label: string; value: unknown }) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const shown = text === undefined ? "" : text.slice(0, MAX_CHARS);
  return (
    <div className="json">
      <pre tabIndex={0} aria-label={label}>
        {shown}
        {text !== undefined && text.length > MAX_CHARS && " …"}
      </pre>
      <CopyButton text={text ?? asText(value)} />
    </div>
  );
}
