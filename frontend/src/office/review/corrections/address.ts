/** Where in the corrections a person is: the list, a new one for an item (`baru:<code>`), or one of them. */
const NEW = "baru:";

export type Place = { at: "list" } | { at: "new"; code: string } | { at: "one"; id: string };

export function readPlace(id: string): Place {
  if (!id) return { at: "list" };
  return id.startsWith(NEW) ? { at: "new", code: id.slice(NEW.length) } : { at: "one", id };
}

/** The part of the address behind `kajian/koreksi/`. */
export const newFor = (code: string): string => NEW + code;
