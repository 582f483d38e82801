import { expect, test } from "vitest";
import type { RichNode, Text } from "../../../api/types";
import { adapted, isEmpty, markupOf, textOf } from "./reading";
import { schema } from "./schema";

const p = (...content: object[]) => ({ type: "paragraph", content });
const words = (text: string, ...marks: string[]) => ({ type: "text", text, marks: marks.map((type) => ({ type })) });
const read = (...content: object[]): Text => textOf(schema.nodeFromJSON({ type: "doc", content }));

test("words and lines alone are a plain text", () => {
  expect(read(p(words("satu < dua"), { type: "hard_break" }, words("tiga")))).toBe("satu < dua\ntiga");
  expect(markupOf("satu < dua & tiga")).toBe("satu &lt; dua &amp; tiga");
});

test("a lone paragraph is its words; several are paragraphs", () => {
  expect(read(p(words("m"), words("2", "sup")))).toEqual(["m", { tag: "sup", children: ["2"] }]);
  expect(markupOf(read(p(words("satu")), p(words("dua"))))).toBe("<p>satu</p><p>dua</p>");
});

test("neighbours in the same emphasis become one", () => {
  expect(markupOf(read(p(words("a", "strong"), words("b", "strong", "em"), words("c", "strong"))))).toBe("<strong>a<em>b</em>c</strong>");
});

test("lists, tables, pictures and formulas are written as the server reads them", () => {
  const cell = (type: string, text: string, attrs = {}) => ({ type, attrs, content: [p(words(text))] });
  const math: RichNode = { tag: "math", attrs: { alttext: "x<y" }, children: [{ tag: "mi", children: ["x"] }] };
  const table = { type: "table", content: [{ type: "table_row", content: [cell("table_header", "n", { colspan: 2 })] }, { type: "table_row", content: [cell("table_cell", "1"), cell("table_cell", "2")] }] };
  expect(markupOf(read(table))).toBe('<table><tr><th colspan="2">n</th></tr><tr><td>1</td><td>2</td></tr></table>');
  expect(markupOf(read({ type: "bullet_list", content: [{ type: "list_item", content: [p(words("satu"))] }] }))).toBe("<ul><li>satu</li></ul>");
  expect(markupOf(read(p({ type: "image", attrs: { src: "image:ab", alt: 'peta "X"' } }, { type: "formula", attrs: { math } })))).toBe(
    '<img alt="peta &quot;X&quot;" src="image:ab"><math alttext="x&lt;y"><mi>x</mi></math>',
  );
});

test("the caption of a table goes before it, and lines become breaks", () => {
  const table: RichNode = { tag: "table", children: [{ tag: "caption", children: ["Cacat"] }, { tag: "tr", children: [] }] };
  expect(markupOf(adapted([table]))).toBe("<p><strong>Cacat</strong></p><table><tr></tr></table>");
  expect(markupOf(adapted("a\nb"))).toBe("a<br>b");
});

test("a picture or formula is something; blank paragraphs are not", () => {
  expect([isEmpty(" \n"), isEmpty([{ tag: "p", children: [" "] }]), isEmpty([{ tag: "img" }])]).toEqual([true, true, false]);
});
