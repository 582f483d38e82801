/** Where in the item bank a person is, as the page's name in the address: `bank`, `bank/soal/MMU-1.1-01`, `bank/ubah/<version>`. */

export type Route =
  | { at: "list" | "coverage" | "pools" | "new" | "imports" | "exports" }
  | { at: "import"; id: string }
  | { at: "card"; code: string }
  | { at: "pool"; id: string }
  | { at: "edit" | "revise" | "correct" | "review"; version: string };

const PLAIN = { list: "", coverage: "cakupan", pools: "pool", new: "baru", imports: "impor", exports: "ekspor" } as const;
const OF_VERSION = { edit: "ubah", revise: "revisi", correct: "koreksi", review: "telaah" } as const;

export const isBank = (page: string | null): boolean => page === "bank" || (page?.startsWith("bank/") ?? false);

/** An address that leads nowhere leads to the list. */
export function readRoute(page: string): Route {
  const [, part = "", id = ""] = page.split("/");
  if (!id) return { at: found(PLAIN, part) ?? "list" };
  if (part === "soal") return { at: "card", code: id };
  if (part === PLAIN.pools) return { at: "pool", id };
  if (part === PLAIN.imports) return { at: "import", id };
  const at = found(OF_VERSION, part);
  return at ? { at, version: id } : { at: "list" };
}

export function pageOf(route: Route): string {
  return ["bank", ...partsOf(route)].filter(Boolean).join("/");
}

function partsOf(route: Route): string[] {
  if (route.at === "card") return ["soal", route.code];
  if (route.at === "pool") return [PLAIN.pools, route.id];
  if (route.at === "import") return [PLAIN.imports, route.id];
  return "version" in route ? [OF_VERSION[route.at], route.version] : [PLAIN[route.at]];
}

function found<K extends string>(names: Record<K, string>, name: string): K | undefined {
  return (Object.keys(names) as K[]).find((key) => names[key] === name);
}
