/** Between the editor's document and the nodes that the server and the pages know. */
import type { Mark, Node } from "prosemirror-model";
import type { RichNode, Text } from "../../../api/types";

type Element = Exclude<RichNode, string>;
type DomElement = globalThis.Element;

const TAGS: Record<string, string> = {
  paragraph: "p",
  bullet_list: "ul",
  ordered_list: "ol",
  list_item: "li",
  table: "table",
  table_row: "tr",
  table_cell: "td",
  table_header: "th",
  hard_break: "br",
};
/** What holds a lone paragraph holds its words directly. */
const HOLDERS = new Set(["doc", "list_item", "table_cell", "table_header"]);

/** The text of a document; plain where nothing but words and lines is in it. */
export function textOf(doc: Node): Text {
  const nodes = childrenOf(doc);
  const plain = doc.childCount === 1 && doc.firstChild?.type.name === "paragraph" && nodes.every(isWords);
  return plain ? nodes.map((node) => (typeof node === "string" ? node : "\n")).join("").trim() : nodes;
}

const isWords = (node: RichNode): boolean => typeof node === "string" || node.tag === "br";

function childrenOf(node: Node): RichNode[] {
  const only = node.childCount === 1 ? node.firstChild! : null;
  const inner = only && HOLDERS.has(node.type.name) && only.type.name === "paragraph" ? only : node;
  const found: RichNode[] = [];
  inner.forEach((child) => append(found, marked(bare(child), child.marks)));
  return found;
}

function bare(node: Node): RichNode {
  if (node.isText) return node.text ?? "";
  if (node.type.name === "formula") return node.attrs["math"] as RichNode;
  if (node.type.name === "image") return { tag: "img", attrs: { alt: node.attrs["alt"] as string, src: node.attrs["src"] as string } };
  const attrs = spans(node);
  return { tag: TAGS[node.type.name]!, ...(Object.keys(attrs).length > 0 && { attrs }), ...(!node.isLeaf && { children: childrenOf(node) }) };
}

function spans(node: Node): Record<string, string> {
  const wide = ["colspan", "rowspan"].filter((name) => (node.attrs[name] ?? 1) > 1);
  return Object.fromEntries(wide.map((name) => [name, String(node.attrs[name])]));
}

const marked = (node: RichNode, marks: readonly Mark[]): RichNode =>
  marks.reduceRight<RichNode>((inner, mark) => ({ tag: mark.type.name, children: [inner] }), node);

/** Neighbours in the same emphasis become one. */
function append(to: RichNode[], node: RichNode): void {
  const last = to.at(-1);
  if (typeof node === "string" && typeof last === "string") to[to.length - 1] = last + node;
  else if (isEmphasis(node) && isEmphasis(last) && node.tag === last.tag) for (const child of node.children ?? []) append(last.children!, child);
  else to.push(node);
}

const isEmphasis = (node: RichNode | undefined): node is Element => typeof node === "object" && ["strong", "em", "sub", "sup"].includes(node.tag);

/** As the editor can take it: lines of a plain text as breaks, the caption of a table as a line before it. */
export function adapted(text: Text): RichNode[] {
  if (typeof text === "string") return text.split("\n").flatMap((line, place) => (place ? [{ tag: "br" }, line] : [line]));
  return text.flatMap((node) => {
    if (typeof node === "string" || node.tag !== "table") return [node];
    const captions = (node.children ?? []).filter((child) => typeof child !== "string" && child.tag === "caption") as Element[];
    const rest = (node.children ?? []).filter((child) => typeof child === "string" || child.tag !== "caption");
    return [...captions.map((one) => ({ tag: "p", children: [{ tag: "strong", children: one.children ?? [] }] })), { ...node, children: rest }];
  });
}

/** An element of the page as nodes, for formulas. */
export function asNode(element: DomElement): RichNode {
  const attrs = Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]).filter(([name]) => name !== "xmlns"));
  const children = [...element.childNodes].flatMap((child) =>
    child instanceof globalThis.Element ? [asNode(child)] : child.nodeType === 3 ? [child.textContent ?? ""] : [],
  );
  return { tag: element.localName, ...(Object.keys(attrs).length > 0 && { attrs }), children };
}

const VOID = new Set(["br", "img", "mspace"]);

/** The text as the server takes it: limited HTML. */
export function markupOf(text: Text): string {
  return typeof text === "string" ? escaped(text) : text.map(written).join("");
}

function written(node: RichNode): string {
  if (typeof node === "string") return escaped(node);
  const attrs = Object.entries(node.attrs ?? {}).map(([name, value]) => ` ${name}="${escaped(value).replaceAll('"', "&quot;")}"`);
  const open = `<${node.tag}${attrs.join("")}>`;
  return VOID.has(node.tag) ? open : `${open}${markupOf(node.children ?? [])}</${node.tag}>`;
}

const escaped = (words: string): string => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Whether a person wrote anything in it. */
export function isEmpty(text: Text): boolean {
  if (typeof text === "string") return text.trim() === "";
  return text.every((node) => (typeof node === "string" ? node.trim() === "" : !["img", "math"].includes(node.tag) && isEmpty(node.children ?? [])));
}
