/** What the buttons and keys of the editor do. */
import { baseKeymap, chainCommands, exitCode, toggleMark } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import type { NodeType } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { TextSelection, type Command, type EditorState } from "prosemirror-state";
import {
  addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, goToNextCell, isInTable, toggleHeaderRow,
} from "prosemirror-tables";
import { schema } from "./schema";

const { nodes, marks } = schema;

export type Action =
  | "bold" | "italic" | "sub" | "sup" | "bullets" | "numbers" | "table" | "undo" | "redo"
  | "rowAfter" | "columnAfter" | "rowGone" | "columnGone" | "headerRow" | "tableGone";

export const TEXT: readonly Action[] = ["bold", "italic", "sub", "sup", "bullets", "numbers"];
export const TABLE: readonly Action[] = ["rowAfter", "columnAfter", "rowGone", "columnGone", "headerRow", "tableGone"];
const MARK_OF = { bold: marks.strong, italic: marks.em, sub: marks.sub, sup: marks.sup };
const LIST_OF = { bullets: nodes.bullet_list, numbers: nodes.ordered_list };

export const COMMANDS: Record<Action, Command> = {
  bold: toggleMark(marks.strong),
  italic: toggleMark(marks.em),
  sub: toggleMark(marks.sub),
  sup: toggleMark(marks.sup),
  bullets: toggleList(nodes.bullet_list),
  numbers: toggleList(nodes.ordered_list),
  table: insertTable,
  undo,
  redo,
  rowAfter: addRowAfter,
  columnAfter: addColumnAfter,
  rowGone: deleteRow,
  columnGone: deleteColumn,
  headerRow: toggleHeaderRow,
  tableGone: deleteTable,
};

const newLine: Command = chainCommands(exitCode, (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
});

/** Tab leaves the field, except from one cell of a table to the next. */
export const KEYS: Record<string, Command> = {
  ...baseKeymap,
  Enter: chainCommands(splitListItem(nodes.list_item), baseKeymap["Enter"]!),
  "Shift-Enter": newLine,
  "Mod-b": COMMANDS.bold,
  "Mod-i": COMMANDS.italic,
  "Mod-,": COMMANDS.sub,
  "Mod-.": COMMANDS.sup,
  "Mod-z": undo,
  "Mod-y": redo,
  "Shift-Mod-z": redo,
  "Mod-]": sinkListItem(nodes.list_item),
  "Mod-[": liftListItem(nodes.list_item),
  Tab: goToNextCell(1),
  "Shift-Tab": goToNextCell(-1),
};

/** Whether the button stands pressed. */
export function isOn(state: EditorState, action: Action): boolean {
  if (action in MARK_OF) {
    const mark = MARK_OF[action as keyof typeof MARK_OF];
    const { from, to, empty, $from } = state.selection;
    return empty ? Boolean(mark.isInSet(state.storedMarks ?? $from.marks())) : state.doc.rangeHasMark(from, to, mark);
  }
  return action in LIST_OF && listAround(state) === LIST_OF[action as keyof typeof LIST_OF];
}

export const inTable = (state: EditorState): boolean => isInTable(state);

function listAround(state: EditorState): NodeType | null {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    const { type } = $from.node(depth);
    if (type === nodes.bullet_list || type === nodes.ordered_list) return type;
  }
  return null;
}

function toggleList(type: NodeType): Command {
  return (state, dispatch, view) =>
    listAround(state) ? liftListItem(nodes.list_item)(state, dispatch, view) : wrapInList(type)(state, dispatch, view);
}

const ROWS = 3;
const COLUMNS = 3;

/** Three by three with a head; the person goes on in its first cell. */
function insertTable(state: EditorState, dispatch?: Parameters<Command>[1]): boolean {
  if (isInTable(state)) return false;
  const row = (cell: NodeType) => nodes.table_row.create(null, Array.from({ length: COLUMNS }, () => cell.createAndFill()!));
  const rows = Array.from({ length: ROWS }, (_, place) => row(place === 0 ? nodes.table_header : nodes.table_cell));
  const tr = state.tr.replaceSelectionWith(nodes.table.create(null, rows));
  let first: number | null = null;
  tr.doc.nodesBetween(Math.max(0, state.selection.from - 1), tr.doc.content.size, (node, at) => {
    if (first === null && node.type === nodes.table) first = at;
    return first === null;
  });
  if (first !== null) tr.setSelection(TextSelection.near(tr.doc.resolve(first + 1)));
  dispatch?.(tr.scrollIntoView());
  return true;
}
