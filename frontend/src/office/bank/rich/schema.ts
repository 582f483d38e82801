/** What a text of an item may hold in the editor: the same as on the server (`app/itembank/richtext`), and nothing else. */
import { Schema, type NodeSpec } from "prosemirror-model";
import { tableNodes } from "prosemirror-tables";
import { imageAddress } from "../../../api/bank";
import type { RichNode } from "../../../api/types";
import { build } from "../../../ui/richtext";
import { asNode } from "./reading";

const ADDRESS = /^(?:image:|.*\/api\/staff\/bank\/images\/)([0-9a-f]{64})$/;

/** Pictures of elsewhere are not taken over: they have to be put on our server with a description first. */
const image: NodeSpec = {
  group: "inline",
  inline: true,
  draggable: true,
  attrs: { src: { validate: "string" }, alt: { default: "", validate: "string" } },
  parseDOM: [
    {
      tag: "img[src]",
      getAttrs: (element) => {
        const name = ADDRESS.exec(element.getAttribute("src") ?? "")?.[1];
        return name ? { src: `image:${name}`, alt: element.getAttribute("alt") ?? "" } : false;
      },
    },
  ],
  toDOM: (node) => ["img", { src: imageAddress(node.attrs["src"] as string), alt: node.attrs["alt"] as string }],
};

/** A formula as the server drew it; its TeX stands in `alttext`. */
const formula: NodeSpec = {
  group: "inline",
  inline: true,
  atom: true,
  attrs: { math: {} },
  parseDOM: [{ tag: "math", getAttrs: (element) => ({ math: asNode(element) }) }],
  toDOM: (node) => {
    const place = document.createElement("span");
    place.className = "formula";
    place.append(...build([node.attrs["math"] as RichNode], imageAddress));
    return place;
  },
};

export const schema = new Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: { content: "inline*", group: "block", parseDOM: [{ tag: "p" }, { tag: "h1,h2,h3,h4,h5,h6" }], toDOM: () => ["p", 0] },
    bullet_list: { content: "list_item+", group: "block", parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
    ordered_list: { content: "list_item+", group: "block", parseDOM: [{ tag: "ol" }], toDOM: () => ["ol", 0] },
    list_item: { content: "paragraph block*", defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
    text: { group: "inline" },
    hard_break: { group: "inline", inline: true, selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
    image,
    formula,
    ...tableNodes({ tableGroup: "block", cellContent: "(paragraph | bullet_list | ordered_list)+", cellAttributes: {} }),
  },
  marks: {
    strong: { parseDOM: [{ tag: "strong" }, { tag: "b", getAttrs: notReset }, { style: "font-weight", getAttrs: heavy }], toDOM: () => ["strong", 0] },
    em: { parseDOM: [{ tag: "em" }, { tag: "i" }, { style: "font-style=italic" }], toDOM: () => ["em", 0] },
    sub: { excludes: "sub sup", parseDOM: [{ tag: "sub" }, { style: "vertical-align=sub" }], toDOM: () => ["sub", 0] },
    sup: { excludes: "sub sup", parseDOM: [{ tag: "sup" }, { style: "vertical-align=super" }], toDOM: () => ["sup", 0] },
  },
});

/** Google Docs wraps a whole paste in a `<b>` that is not bold. */
function notReset(element: HTMLElement): null | false {
  return element.style.fontWeight === "normal" ? false : null;
}

function heavy(weight: string): null | false {
  return /^(bold(er)?|[6-9]\d\d)$/.test(weight) ? null : false;
}
