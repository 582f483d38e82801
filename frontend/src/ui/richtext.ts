/** Texts of items, built element by element: no HTML is ever parsed here. */
import type { RichNode, Text } from "../api/types";

const HTML = new Set("p br strong em sub sup ul ol li table caption thead tbody tr th td".split(" "));
const MATHML = new Set(
  "math mrow mi mn mo mtext mspace mfrac msqrt mroot msup msub msubsup munder mover munderover mtable mtr mtd".split(" "),
);
const ATTRIBUTES = new Set("colspan rowspan alttext stretchy fence form accent accentunder".split(" "));
const MATHML_SPACE = "http://www.w3.org/1998/Math/MathML";
/** Wider pictures are drawn at twice their size, for sharp screens. */
const DOUBLED = 760;

/** The elements of a text; `source` turns the name of a picture into its address. What is not on the lists is only its content. */
export function build(text: Text, source: (name: string) => string): Node[] {
  return typeof text === "string" ? [document.createTextNode(text)] : text.flatMap((node) => one(node, source));
}

function one(node: RichNode, source: (name: string) => string): Node[] {
  if (typeof node === "string") return [document.createTextNode(node)];
  if (node.tag === "img") return [picture(node.attrs ?? {}, source)];
  const inside = build(node.children ?? [], source);
  if (!HTML.has(node.tag) && !MATHML.has(node.tag)) return inside;
  const element = MATHML.has(node.tag)
    ? document.createElementNS(MATHML_SPACE, node.tag)
    : document.createElement(node.tag);
  for (const [name, value] of Object.entries(node.attrs ?? {})) {
    if (ATTRIBUTES.has(name)) element.setAttribute(name, value);
  }
  element.append(...inside);
  return [element];
}

function picture(attrs: Record<string, string>, source: (name: string) => string): HTMLImageElement {
  const image = document.createElement("img");
  image.alt = attrs["alt"] ?? "";
  // In rem, so that a picture grows with the text that the candidate chose.
  image.onload = () => {
    const width = image.naturalWidth > DOUBLED ? image.naturalWidth / 2 : image.naturalWidth;
    image.style.width = `${width / 16}rem`;
  };
  image.src = source(attrs["src"]?.replace(/^image:/, "") ?? "");
  return image;
}
