/** CodeMirror as the studio sets it up: colours of the page, keys that leave it, errors where they stand. */
import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import {
  bracketMatching,
  foldGutter,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { EditorState, type Extension, StateEffect } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef, useState } from "react";

import type { Issue } from "../api/api-error.ts";
import { TEXTS } from "../texts.ts";
import { checkDefinition } from "./check.ts";
import { completeBy } from "./complete.ts";
import { placeOf, readValue, rootOf } from "./json-tree.ts";
import type { SchemaReader } from "./schema.ts";

const LINT_DELAY_MS = 250;

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent-11)" },
  { tag: tags.string, color: "var(--green-11)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--blue-11)" },
]);

/** What all editors here share; Tab goes on to the next field, as everywhere on a page. */
export const BASICS: Extension = [
  lineNumbers(),
  foldGutter(),
  bracketMatching(),
  json(),
  syntaxHighlighting(COLOURS),
  EditorView.lineWrapping,
];

/** The server has said something of the text as it stands. */
const serverSpoke = StateEffect.define();

const NO_ISSUES: readonly Issue[] = [];

interface CodeEditorProps {
  label: string;
  /** What it begins with; a later change of it is not taken up. */
  initial: string;
  reader: SchemaReader | null;
  /** What the server said of this text. */
  issues?: readonly Issue[];
  onChange: (text: string) => void;
}

export function CodeEditor({
  label,
  initial,
  reader,
  issues = NO_ISSUES,
  onChange,
}: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const begun = useRef(initial);
  const said = useRef(issues);
  const tell = useRef(onChange);
  const [problems, setProblems] = useState<Problem[]>([]);
  useEffect(() => {
    tell.current = onChange;
  }, [onChange]);
  useEffect(() => {
    if (host.current === null) {
      return undefined;
    }
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: begun.current,
        extensions: [
          BASICS,
          history(),
          indentOnInput(),
          closeBrackets(),
          autocompletion(reader === null ? {} : { override: [completeBy(reader)] }),
          linter(jsonParseLinter(), { delay: LINT_DELAY_MS }),
          checking(reader, said, setProblems),
          lintGutter(),
          keymap.of([...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) {
              said.current = [];
              begun.current = update.state.doc.toString();
              tell.current(begun.current);
            }
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [label, reader]);
  useEffect(() => {
    said.current = issues;
    view.current?.dispatch({ effects: serverSpoke.of(null) });
  }, [issues]);
  const goTo = (at: number) => {
    view.current?.dispatch({ selection: { anchor: at }, scrollIntoView: true });
    view.current?.focus();
  };
  return (
    <>
      <div className="code-editor" ref={host} />
      {problems.length > 0 && <Problems problems={problems} goTo={goTo} />}
    </>
  );
}

function checking(
  reader: SchemaReader | null,
  said: { current: readonly Issue[] },
  tell: (problems: Problem[]) => void,
): Extension {
  return linter(
    ({ state }) => {
      const found = diagnose(state, reader, said.current);
      tell(found.map((one) => toProblem(state, one)));
      return found;
    },
    {
      delay: LINT_DELAY_MS,
      needsRefresh: ({ transactions }) =>
        transactions.some(({ effects }) => effects.some((one) => one.is(serverSpoke))),
    },
  );
}

interface Problem {
  at: number;
  line: number;
  message: string;
}

function toProblem(state: EditorState, { from, message }: Diagnostic): Problem {
  return { at: from, line: state.doc.lineAt(from).number, message };
}

/** For those who do not see marks, and where there is nothing to point with. */
function Problems({ problems, goTo }: { problems: Problem[]; goTo: (at: number) => void }) {
  return (
    <ul className="plain-list problems" aria-label={TEXTS.editor.problems} aria-live="polite">
      {problems.map(({ at, line, message }) => (
        <li key={`${at} ${message}`}>
          <button type="button" onClick={() => goTo(at)}>
            {TEXTS.editor.line(line)}
          </button>
          <span>{message}</span>
        </li>
      ))}
    </ul>
  );
}

function diagnose(
  state: EditorState,
  reader: SchemaReader | null,
  said: readonly Issue[],
): Diagnostic[] {
  const root = rootOf(state);
  if (root === null) {
    return [];
  }
  const found = reader === null ? [] : checkDefinition(reader, readValue(state, root));
  const all = [...found, ...said].map(({ path, message }) => ({
    ...placeOf(state, path),
    severity: "error" as const,
    message,
  }));
  return [...new Map(all.map((one) => [`${one.from} ${one.message}`, one])).values()];
}
