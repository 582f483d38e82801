/** What a person chose for this browser: language, size of letters, contrast, keys. The page's root element shows it. */
import { storedLang, storeLang, type Lang } from "../i18n";

export const SIZES = ["s", "m", "l", "xl"] as const;
export type Size = (typeof SIZES)[number];

class Prefs {
  #lang = $state.raw<Lang>(storedLang());
  #size = $state.raw<Size>(read("sahih-size", SIZES, "m"));
  #contrast = $state.raw(read("sahih-contrast", ["high", "normal"] as const, "normal") === "high");
  #keys = $state.raw(read("sahih-keys", ["on", "off"] as const, "on") === "on");

  constructor() {
    this.draw();
  }

  get lang(): Lang {
    return this.#lang;
  }
  set lang(lang: Lang) {
    this.#lang = lang;
    storeLang(lang);
    this.draw();
  }

  get size(): Size {
    return this.#size;
  }
  /** One step larger or smaller; 0 goes back to the usual size. */
  resize(step: 1 | 0 | -1): void {
    this.#size = step === 0 ? "m" : SIZES[Math.min(Math.max(SIZES.indexOf(this.#size) + step, 0), SIZES.length - 1)]!;
    write("sahih-size", this.#size);
    this.draw();
  }

  get contrast(): boolean {
    return this.#contrast;
  }
  set contrast(high: boolean) {
    this.#contrast = high;
    write("sahih-contrast", high ? "high" : "normal");
    this.draw();
  }

  /** Single letters as shortcuts can be switched off (WCAG 2.1.4). */
  get keys(): boolean {
    return this.#keys;
  }
  set keys(on: boolean) {
    this.#keys = on;
    write("sahih-keys", on ? "on" : "off");
  }

  private draw(): void {
    const root = document.documentElement;
    root.lang = this.#lang;
    root.dataset["size"] = this.#size;
    root.dataset["contrast"] = this.#contrast ? "high" : "normal";
  }
}

function read<T extends string>(key: string, allowed: readonly T[], otherwise: T): T {
  try {
    const stored = localStorage.getItem(key);
    return allowed.find((one) => one === stored) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The choice then lasts as long as the page.
  }
}

export const prefs = new Prefs();
