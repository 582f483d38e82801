import { afterEach, expect, test, vi } from "vitest";
import kinds from "../../../app/delivery/signals/kinds.json";
import type { SignalTally } from "../api/board";
import { prefs } from "../ui/prefs.svelte";
import { signalTexts } from "./words";

// The chosen language is written on the page's root; there is no page here.
vi.hoisted(() => vi.stubGlobal("document", { documentElement: { dataset: {} } }));

const one = (kind: string, times: number, seconds = 0): SignalTally => ({ kind, times, seconds });

afterEach(() => {
  prefs.lang = "id";
});

test.each<[string, SignalTally[], string[], string[]]>([
  ["left, and for how long", [one("focus-back", 4, 72), one("focus-lost", 4)], ["meninggalkan halaman 4 kali, 1 mnt 12 dtk"], ["left the page 4 times, 1 min 12 s"]],
  ["often, each time shortly", [one("focus-lost", 3)], ["meninggalkan halaman 3 kali"], ["left the page 3 times"]],
  ["once, for long", [one("focus-back", 1, 72)], ["meninggalkan halaman 1 kali, 1 mnt 12 dtk"], ["left the page once, 1 min 12 s"]],
  ["several things", [one("copy", 1), one("network-lost", 2, 125)], ["mencoba menyalin 1 kali", "jaringan terputus 2 kali, 2 mnt 5 dtk"], ["tried to copy once", "network lost 2 times, 2 min 5 s"]],
])("what was noticed is said in calm words: %s", (_, signals, id, en) => {
  expect(signalTexts(signals)).toEqual(id);
  prefs.lang = "en";
  expect(signalTexts(signals)).toEqual(en);
});

test("every kind has words of its own on a row", () => {
  for (const { kind, id } of kinds) expect(signalTexts([one(kind, 2)])).not.toEqual([id]);
});
