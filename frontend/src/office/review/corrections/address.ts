/** Where in the corrections a person is: the list, a new one for an item (`baru:<code>`, or its code alone), or one of them. */
const NEW = "baru:";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type Place = { at: "list" } | { at: "new"; code: string } | { at: "one"; id: string };

export function readPlace(id: string): Place {
  if (!id) return { at: "list" };
  return UUID.test(id) ? { at: "one", id } : { at: "new", code: id.replace(NEW, "") };
}

/** The part of the address behind `kajian/koreksi/`. */
export const newFor = (code: string): string => NEW + code;
