/**
 * Questions with their answers out of Debian's packages: `perl-doc` (perlfaq among all of Perl's
 * manual) and `debian-faq` with its translations. A question is the heading of a section, the
 * answer its text without the heading.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { UserError } from "../scripts/local/settings.ts";

interface Section {
  id: string;
  text: string;
}

export interface QuestionSet {
  name: string;
  sections: Section[];
  questions: { question: string; answerId: string }[];
}

const LANGUAGES = ["en", "de", "fr", "it", "ja", "ko", "nl", "pt", "ru", "zh-cn"];
/** Shorter sections only point at others. */
const MIN_CHARS = 80;

/** @param root Where the packages are installed, or unpacked by `dpkg -x`. */
export function readQuestionSets(root: string): QuestionSet[] {
  return [readPerlManual(root), ...LANGUAGES.map((language) => readDebianFaq(root, language))];
}

function readPerlManual(root: string): QuestionSet {
  const perl = folder(root, "usr/share/perl", "perl-doc");
  const version = readdirSync(perl).find((name) => existsSync(path.join(perl, name, "pod"))) ?? "";
  const pods = path.join(perl, version, "pod");
  const set: QuestionSet = { name: "perlfaq", sections: [], questions: [] };
  for (const file of podsOf(pods)) {
    const pod = readFileSync(path.join(pods, file), "latin1");
    for (const part of pod.split(/^=head[1-4]\s+/mu).slice(1)) {
      const [heading = "", ...paragraphs] = part.split("\n\n");
      const isQuestion = /^perlfaq\d/u.test(file) && heading.trim().endsWith("?");
      add(set, file, {
        heading: plainPod(heading),
        text: plainPod(paragraphs.join("\n\n")),
        isQuestion,
      });
    }
  }
  return set;
}

/** Without the indexes, which repeat the headings. */
function podsOf(folderOfPods: string): string[] {
  return readdirSync(folderOfPods)
    .filter((file) => file.endsWith(".pod") && file !== "perltoc.pod" && file !== "perlfaq.pod")
    .toSorted();
}

function plainPod(pod: string): string {
  return pod
    .replaceAll(/^=\w+.*$/gmu, "")
    .replaceAll(/[A-Z]<+ ?([^<>]*?) ?>+/gu, "$1")
    .trim();
}

function readDebianFaq(root: string, language: string): QuestionSet {
  const faq = folder(root, "usr/share/doc/debian/FAQ", "debian-faq");
  const chapters = language === "en" ? faq : folder(faq, language, `debian-faq-${language}`);
  const ending = language === "en" ? ".en.html" : ".html";
  const set: QuestionSet = { name: `debian-faq ${language}`, sections: [], questions: [] };
  for (const file of readdirSync(chapters).toSorted()) {
    if (file.endsWith(ending) && !file.startsWith("index")) {
      readChapter(set, file, readFileSync(path.join(chapters, file), "utf8"));
    }
  }
  return set;
}

function readChapter(set: QuestionSet, file: string, html: string): void {
  for (const part of html.split(/<h[2-4] class="title">/u).slice(1)) {
    const [heading = "", text = ""] = part.split(/<\/h[2-4]>(.*)/su);
    const body = text.split('<div class="navfooter">')[0] ?? "";
    const question = plainHtml(heading).replace(/^[\d.]+\s*/u, "");
    add(set, file, { heading: question, text: plainHtml(body), isQuestion: true });
  }
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", quot: '"', nbsp: " ", amp: "&" };

function plainHtml(html: string): string {
  return html
    .replaceAll(/<[^>]+>/gu, " ")
    .replaceAll(/&(\w+);/gu, (entity, name: string) => ENTITIES[name] ?? entity)
    .replaceAll(/[ \t]+/gu, " ")
    .trim();
}

function add(
  set: QuestionSet,
  file: string,
  { heading, text, isQuestion }: { heading: string; text: string; isQuestion: boolean },
): void {
  // What a translation has left as it was stands in the knowledge once: under its first id.
  const known = set.sections.find((section) => section.text === text);
  if (text.length < MIN_CHARS || known !== undefined) {
    return;
  }
  const id = `${set.name}-${file}-${set.sections.length}`.replaceAll(/[^A-Za-z0-9._-]/gu, "_");
  set.sections.push({ id, text });
  if (isQuestion && heading !== "") {
    set.questions.push({ question: heading, answerId: id });
  }
}

function folder(root: string, below: string, packageName: string): string {
  const found = path.join(root, below);
  if (!existsSync(found)) {
    throw new UserError(
      `${found} is missing: install ${packageName}, or set DOC_ROOT to where it is unpacked.`,
    );
  }
  return found;
}
