/** The one tool bar of the editor works on the field in which the person writes, or last wrote. */
import { NodeSelection, type EditorState } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import type { RichNode } from "../../../api/types";
import { COMMANDS, type Action } from "./commands";
import { schema } from "./schema";

export interface Picture {
  src: string;
  alt: string;
}

export class WritingDesk {
  #view: EditorView | null = null;
  state = $state.raw<EditorState | null>(null);
  /** How the tool bar takes the focus. */
  reach: () => void = () => undefined;

  /** A field took the focus, or changed while it has it. */
  follow(view: EditorView): void {
    this.#view = view;
    this.state = view.state;
  }

  leave(view: EditorView): void {
    if (this.#view !== view) return;
    this.#view = null;
    this.state = null;
  }

  focus(): void {
    this.#view?.focus();
  }

  run(action: Action): void {
    const view = this.#view;
    if (!view) return;
    COMMANDS[action](view.state, view.dispatch, view);
    view.focus();
  }

  may(action: Action): boolean {
    return this.state !== null && COMMANDS[action](this.state);
  }

  get picture(): Picture | null {
    const node = this.#chosen("image");
    return node ? { src: node.attrs["src"] as string, alt: node.attrs["alt"] as string } : null;
  }

  /** The TeX of the formula that is chosen. */
  get tex(): string | null {
    const math = this.#chosen("formula")?.attrs["math"] as Exclude<RichNode, string> | undefined;
    return math ? (math.attrs?.["alttext"] ?? "") : null;
  }

  putPicture(picture: Picture): void {
    this.#put(schema.nodes.image.create(picture));
  }

  putFormula(math: RichNode): void {
    this.#put(schema.nodes.formula.create({ math }));
  }

  #chosen(type: string) {
    const selection = this.state?.selection;
    return selection instanceof NodeSelection && selection.node.type.name === type ? selection.node : null;
  }

  #put(node: ReturnType<typeof schema.nodes.image.create>): void {
    const view = this.#view;
    if (!view) return;
    view.dispatch(view.state.tr.replaceSelectionWith(node, true).scrollIntoView());
    view.focus();
  }
}
