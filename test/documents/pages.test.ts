/** PDF, EPUB, HTML and mail, as their programs write them. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { fixture, sourceOf } from "./fixtures";

// The parser is a megabyte and a half, and the first test waits for it to be loaded.
describe("PDF", { timeout: 30_000 }, () => {
  it("reads LibreOffice's pages in three scripts, cells apart by tabs", async ({ expect }) => {
    const found = await extractText(await fixture("libreoffice/report.pdf"));
    expect(found).toMatchObject({
      mimeType: "application/pdf",
      pageUnit: "page",
      metadata: { title: "Harbour report", author: "Ada Pilot" },
      truncated: false,
    });
    expect(found.pages?.map(({ number }) => number)).toEqual([1, 2, 3]);
    const [first = "", second = ""] = found.pages?.map(({ text }) => text) ?? [];
    expect(first).toContain("Ship\tFlag\tTons\nAurora\tNorway\t1,200\n海星\t中国\t3,400");
    expect(first).toMatch(/1After the storm of 1987\.\n2See the table below\.$/);
    expect(second).toContain("港口于五月重新开放，运输量增加了一倍。");
    expect(second).toContain("أعيد فتح الميناء في شهر مايو وتضاعفت حركة النقل 25 مرة.");
    expect(second).toContain("Çağrı, naïve, Ωmega, Привет — done.");
    expect(found.text).toContain("\n\n[page 2]\n");
  });

  it("reads one slide a page", async ({ expect }) => {
    const { pages } = await extractText(await fixture("libreoffice/talk.pdf"));
    expect(pages?.[1]).toEqual({ number: 2, text: "数字\n\nYear\tShips\n\n2026\t412" });
    expect(pages?.[2]?.text).toBe("شكرا لكم");
  });

  it("tells what is filled into a form", async ({ expect }) => {
    const { pages } = await extractText(await fixture("pdf/reportlab-form.pdf"));
    expect(pages?.[0]?.text).toBe("Berth request\n\nship: Aurora\ninsured: Yes\nflag: Norway");
  });

  it("reads Asian fonts that are named and not embedded", async ({ expect }) => {
    const { pages } = await extractText(await fixture("pdf/reportlab-cjk.pdf"));
    expect(pages?.[0]?.text).toBe(
      "港口于五月重新开放。\n\n港口於五月重新開放。\n\n港は五月に再開した。\n\n항구는 오월에 다시 열렸다.",
    );
  });

  it("reads columns one after the other", async ({ expect }) => {
    const { pages, metadata } = await extractText(await fixture("pdf/reportlab-columns.pdf"));
    expect(pages?.[0]?.text).toBe("left one\nleft two\nleft three\n\nright one\nright two");
    expect(metadata["created"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
  });

  it("reads linearized files, and those that lock printing but not reading", async ({ expect }) => {
    const plain = await extractText(await fixture("libreoffice/report.pdf"));
    for (const file of ["pdf/linearized.pdf", "pdf/owner-locked.pdf"]) {
      expect((await extractText(await fixture(file))).pages).toEqual(plain.pages);
    }
  });
});

describe("EPUB", () => {
  it("reads the chapters in the order of the spine", async ({ expect }) => {
    const found = await extractText(await fixture("pandoc/notes.epub"));
    expect(found.pageUnit).toBe("chapter");
    expect(found.pages?.map(({ number, name }) => [number, name])).toEqual([
      [1, "Lighthouse notes"],
      [2, undefined],
    ]);
    expect(found.pages?.[1]?.text).toContain("# Lighthouse\n\nThe lamp burns1 all night. 灯塔");
    expect(found.metadata).toMatchObject({ title: "Lighthouse notes", author: "Ada Pilot" });
  });

  it("reads LibreOffice's", async ({ expect }) => {
    const { pages } = await extractText(await fixture("libreoffice/report.epub"));
    expect(pages?.[1]?.text).toContain("港口于五月重新开放，运输量增加了一倍。\n\nأعيد فتح");
  });
});

describe("HTML", () => {
  it("reads LibreOffice's page without the picture inside it", async ({ expect }) => {
    const { text, metadata } = await extractText(await fixture("libreoffice/report.html"));
    expect(text).toContain("1. Dredge the channel\n  a. north arm\n  b. south arm\n2. Paint");
    expect(text).toContain("Ship\tFlag\tTons\nAurora\tNorway\t1,200");
    expect(text).not.toMatch(/base64|font-family/);
    expect(metadata).toEqual({ title: "Harbour report", charset: "utf-8" });
  });

  it("decodes entities, keeps blocks apart and leaves out what nobody sees", async ({ expect }) => {
    const page = `<!doctype html><title>A &amp; B</title><style>p{}</style>
      <script>var x = "<p>no</p>";</script>
      <p>Fish &amp; chips &mdash; &#20013;&#x6587;<br>next   line</p>
      <div>one<div>two</div>three</div><p hidden>no</p><p style="display: none">no</p>
      <pre>  keep\n    this</pre><ol start="3"><li>three<li><p>four</p><p>more</ol>
      <table><tr><th>a<th>b<tr><td>1<td><p>2</p><p>3</p></table>`;
    const { text, metadata } = await extractText(sourceOf(page, "page.html"));
    expect(text).toBe(
      "Fish & chips — 中文\nnext line\n\none\n\ntwo\n\nthree\n\n  keep\n    this\n\n" +
        "3. three\n4. four\n\nmore\n\na\tb\n1\t2 3",
    );
    expect(metadata).toEqual({ title: "A & B", charset: "utf-8" });
  });
});

describe("mail", () => {
  it("tells the headers, the text part and the names of what is attached", async ({ expect }) => {
    const { text, metadata, mimeType } = await extractText(await fixture("python/mail.eml"));
    expect(mimeType).toBe("message/rfc822");
    expect(text).toBe(
      "From: Ada Pilot <ada@harbour.example>\n" +
        "To: Bo <bo@harbour.example>, crew@harbour.example\n" +
        "Cc: 船长 <captain@harbour.example>\n" +
        "Date: 2026-05-04T07:30:00.000Z\n" +
        "Subject: 港口 and the naïve lighthouse\n\n" +
        "Dear Bo,\n\nthe lamp burns — 灯亮了。\n\nAda\n\nAttachments: tide table.pdf",
    );
    expect(metadata).toMatchObject({ attachments: "tide table.pdf" });
  });

  it("reads a mail of HTML alone as its page", async ({ expect }) => {
    const { text } = await extractText(await fixture("python/html-only.eml"));
    expect(text).toMatch(/Subject: Your order\n\n# Order\n\nCafé & rope\n\nRope\t12 m$/);
  });
});

describe("XML", () => {
  it("becomes an outline with names, attributes and running text", async ({ expect }) => {
    const xml = `<?xml version="1.0" encoding="iso-8859-1"?>
      <!DOCTYPE shop [<!ENTITY boom "boom"><!ENTITY more "&boom;&boom;&boom;">]>
      <shop xmlns="urn:x"><item id="7"><name>Caf\u00e9 &amp; bar</name><price>12</price></item>
      <note>see <b>the</b> manual &more;</note><!-- no --><script><![CDATA[a < b]]></script></shop>`;
    const latin1 = Uint8Array.from(xml, (letter) => letter.charCodeAt(0));
    const { text, mimeType } = await extractText(sourceOf(latin1, "shop.xml"));
    expect(mimeType).toBe("application/xml");
    expect(text).toBe(
      "shop:\n  item id=7:\n    name: Café & bar\n    price: 12\n  note: see the manual &more;\n  script: a < b",
    );
  });
});
