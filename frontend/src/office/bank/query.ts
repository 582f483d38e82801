/** What the list of items is asked for. */

export interface Query {
  text: string;
  unit: string;
  kuk: string;
  state: string;
  level: string;
  difficulty: string;
  discrimination: string;
  exposure: string;
  stimulus: string;
  waiting: boolean;
  page: number;
}

export const SIZE = 50;
export const DIFFICULTIES = ["easy", "medium", "hard"] as const;
export const DISCRIMINATIONS = ["low", "fair", "good", "none"] as const;
export const EXPOSURES = ["never", "seen", "often"] as const;

export const EVERYTHING: Query = {
  text: "", unit: "", kuk: "", state: "", level: "", difficulty: "", discrimination: "", exposure: "", stimulus: "", waiting: false, page: 1,
};

/** As the server reads it: what is not asked for is not sent. */
export function paramsOf(scheme: string, query: Query): string {
  const { waiting, page, ...filters } = query;
  const asked = Object.entries(filters).filter(([, value]) => value.trim() !== "");
  const params = new URLSearchParams([["scheme", scheme], ...asked]);
  if (waiting) params.set("waiting", "me");
  params.set("page", String(page));
  params.set("size", String(SIZE));
  return params.toString();
}

/** Another filter begins at the first page; another unit has other criteria. */
export function changed(query: Query, part: Partial<Query>): Query {
  return { ...query, page: 1, ...("unit" in part && { kuk: "" }), ...part };
}

export const isFiltered = (query: Query): boolean => paramsOf("", { ...query, page: 1 }) !== paramsOf("", EVERYTHING);
