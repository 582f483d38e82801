/** Where in the validity review a person is, as the page's name in the address: `kajian`, `kajian/<id>/soal`, `kajian/metode`. */

export const TABS = { summary: "ringkasan", exam: "ujian", items: "soal", integrity: "integritas", findings: "temuan", meeting: "rapat", report: "laporan" } as const;
export type Tab = keyof typeof TABS;
const PAGES = { method: "metode", findings: "temuan", corrections: "koreksi", angoff: "angoff", mine: "tindakan", groups: "kelompok" } as const;

export type Route =
  | { at: "list" }
  | { at: keyof typeof PAGES; id: string }
  | { at: "review"; id: string; tab: Tab; rest: string };

export const isReview = (page: string | null): boolean => page === "kajian" || (page?.startsWith("kajian/") ?? false);

/** An address that leads nowhere leads to the list. */
export function readRoute(page: string): Route {
  const [, first = "", second = "", ...rest] = page.split("/");
  if (!first) return { at: "list" };
  const at = named(PAGES, first);
  if (at) return { at, id: second };
  return { at: "review", id: first, tab: named(TABS, second) ?? "summary", rest: rest.join("/") };
}

export function pageOf(route: Route): string {
  if (route.at === "list") return "kajian";
  if (route.at === "review") return ["kajian", route.id, TABS[route.tab], route.rest].filter(Boolean).join("/");
  return ["kajian", PAGES[route.at], route.id].filter(Boolean).join("/");
}

function named<K extends string>(names: Record<K, string>, name: string): K | undefined {
  return (Object.keys(names) as K[]).find((key) => names[key] === name);
}
