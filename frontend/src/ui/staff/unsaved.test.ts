import { beforeEach, expect, test, vi } from "vitest";
import { dropUnsaved, forgetUnsaved, keepUnsaved, unsaved } from "./unsaved";

/** The storage of a tab: its keys are its own properties, as in a browser. */
class Tab {
  [key: string]: unknown;
  getItem = (key: string) => (this[key] as string | undefined) ?? null;
  setItem(key: string, value: string): void {
    this[key] = value;
  }
  removeItem(key: string): void {
    Reflect.deleteProperty(this, key);
  }
}

beforeEach(() => vi.stubGlobal("sessionStorage", new Tab()));

test("what a person wrote comes back to that person alone", () => {
  keepUnsaved("ani", "item 1", { stem: "Apa?" });
  expect(unsaved("ani", "item 1")).toEqual({ stem: "Apa?" });
  expect(unsaved("budi", "item 1")).toBeNull();
});

test("it is gone once it is saved, or its author logs out", () => {
  keepUnsaved("ani", "item 1", 1);
  keepUnsaved("ani", "item 2", 2);
  dropUnsaved("item 1");
  expect([unsaved("ani", "item 1"), unsaved("ani", "item 2")]).toEqual([null, 2]);
  forgetUnsaved();
  expect(unsaved("ani", "item 2")).toBeNull();
});

test("a browser that keeps nothing is no reason to fail", () => {
  vi.stubGlobal("sessionStorage", undefined);
  expect(() => keepUnsaved("ani", "item 1", 1)).not.toThrow();
  expect(unsaved("ani", "item 1")).toBeNull();
});
