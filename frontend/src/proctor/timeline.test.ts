import { expect, test, vi } from "vitest";
import type { TimelineEvent } from "../api/board";
import { details } from "./timeline";

// The chosen language is written on the page's root; there is no page here.
vi.hoisted(() => vi.stubGlobal("document", { documentElement: { dataset: {} } }));

const event = (what: string, facts: TimelineEvent["facts"], reason: string | null = null): TimelineEvent => ({ at: "2026-11-21T03:42:17.000Z", what, by: null, reason, facts });

test.each<[TimelineEvent, string]>([
  [event("signal.noticed", { signal: "copy", client_at: "2026-11-21T03:42:15.000Z", lasted: null, note: null }), "Menyalin dari halaman ujian dicoba · 10:42:15 menurut halaman ujian"],
  [event("signal.noticed", { signal: "address", client_at: null, lasted: null, note: "10.0.0.9" }), "Alamat jaringan tempat ujian dibuka · 10.0.0.9"],
  [event("signal.counted", { signal: "copy", times: 550, lasted: 0 }), "Menyalin dari halaman ujian dicoba · seluruhnya 550 kali"],
  [event("message.sent", { text: "Tenang.", shown_at: "2026-11-21T03:42:18.000Z", acknowledged_at: null }), "“Tenang.” · tampil 10:42:18 · belum dibaca"],
  [event("help.called", { need: "network" }), "jaringan bermasalah"],
  [event("identity.checked", { document: "ktp", matched: false }, "wajah berbeda"), "KTP · identitas tidak cocok · wajah berbeda"],
  [event("answers.saved", { first: 2, changed: 1, late: 0, rescued: 0 }), "2 soal baru, 1 perubahan dalam satu menit"],
])("an event of a timeline in words: %o", (one, said) => expect(details(one, "Asia/Jakarta")).toBe(said));
