/** Where a staff page is, kept in the address: a reload, a bookmark and the back key lead to the same place. */

class Place {
  sitting = $state<string | null>(null);
  part = $state<string | null>(null);
  /** A page that belongs to no sitting. */
  page = $state<string | null>(null);

  constructor() {
    this.#read();
    addEventListener("hashchange", () => this.#read());
  }

  /** `#sesi=<id>&bagian=<part>` */
  go(sitting: string | null, part: string | null = null): void {
    this.sitting = sitting;
    this.part = part;
    this.page = null;
    const hash = [sitting && `sesi=${encodeURIComponent(sitting)}`, sitting && part && `bagian=${part}`].filter(Boolean).join("&");
    history.pushState(null, "", hash ? `#${hash}` : location.pathname);
  }

  /** `#halaman=<page>` */
  open(page: string): void {
    this.go(null);
    this.page = page;
    history.replaceState(null, "", `#halaman=${page}`);
  }

  #read(): void {
    // A jump inside the page, such as "skip to content", is no other place.
    if (location.hash && !/^#(sesi|halaman)=/.test(location.hash)) return;
    const found = new URLSearchParams(location.hash.slice(1));
    this.sitting = found.get("sesi");
    this.part = found.get("bagian");
    this.page = found.get("halaman");
  }
}

export const place = new Place();
