/** The pages of what holds for every sitting, by their names in the address. */
export const PAGES = { blueprint: "kisi-kisi", standard: "standar-acuan", simulator: "simulator-paket" } as const;
export type FormsPage = keyof typeof PAGES;

export const formsPage = (page: string | null): FormsPage | null =>
  (Object.keys(PAGES) as FormsPage[]).find((key) => PAGES[key] === page) ?? null;
