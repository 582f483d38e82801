/** The editor's document of a text. */
import { DOMParser, type Node } from "prosemirror-model";
import { imageAddress } from "../../../api/bank";
import type { Text } from "../../../api/types";
import { build } from "../../../ui/richtext";
import { adapted } from "./reading";
import { schema } from "./schema";

export function docOf(text: Text): Node {
  const place = document.createElement("div");
  place.append(...build(adapted(text), imageAddress));
  return DOMParser.fromSchema(schema).parse(place);
}
