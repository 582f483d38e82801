/** Where a staff page is, kept in the address: a reload, a bookmark and the back key lead to the same place. */

class Place {
  sitting = $state<string | null>(null);
  part = $state<string | null>(null);

  constructor() {
    this.#read();
    addEventListener("hashchange", () => this.#read());
  }

  /** `#sesi=<id>&bagian=<part>` */
  go(sitting: string | null, part: string | null = null): void {
    this.sitting = sitting;
    this.part = part;
    const hash = [sitting && `sesi=${encodeURIComponent(sitting)}`, sitting && part && `bagian=${part}`].filter(Boolean).join("&");
    history.pushState(null, "", hash ? `#${hash}` : location.pathname);
  }

  #read(): void {
    // A jump inside the page, such as "skip to content", is no other place.
    if (location.hash && !location.hash.startsWith("#sesi=")) return;
    const found = new URLSearchParams(location.hash.slice(1));
    this.sitting = found.get("sesi");
    this.part = found.get("bagian");
  }
}

export const place = new Place();
