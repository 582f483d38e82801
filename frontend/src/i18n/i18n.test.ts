import { expect, test } from "vitest";
import { countdown, exactTime, shortCountdown } from ".";
import { aside as asideEn } from "./aside.en";
import { aside as asideId } from "./aside.id";
import { caseEn } from "./case.en";
import { caseId } from "./case.id";
import { en } from "./en";
import { id } from "./id";
import { lobby as lobbyEn } from "./lobby.en";
import { lobby as lobbyId } from "./lobby.id";
import { practice as practiceEn } from "./practice.en";
import { practice as practiceId } from "./practice.id";
import { rescue as rescueEn } from "./rescue.en";
import { rescue as rescueId } from "./rescue.id";
import { talk as talkEn } from "./talk.en";
import { talk as talkId } from "./talk.id";
import { signals as signalsEn } from "./signals.en";
import { signals as signalsId } from "./signals.id";
import { clockTime, date, decimal } from "./times";

const AT = "2026-11-21T03:42:17.000Z";

test("times are the sitting's, in the form of the language", () => {
  expect(clockTime(AT, "Asia/Jakarta", "id")).toBe("pukul 10.42 WIB");
  expect(clockTime(AT, "Asia/Makassar", "en")).toBe("11:42 WITA");
  expect(clockTime(AT, "Asia/Jayapura", "id")).toBe("pukul 12.42 WIT");
  expect(exactTime(AT, "Asia/Jakarta", "id")).toBe("10:42:17");
  expect(date(AT, "Asia/Jakarta", "id")).toBe("Sabtu, 21 November 2026");
});

test("numbers and countdown", () => {
  expect(decimal(71.4, "id", 1)).toBe("71,4");
  expect(countdown(5_399_001)).toBe("01:30:00");
  expect(countdown(0)).toBe("00:00:00");
  expect([12_000, 60_000, 11_001].map(shortCountdown)).toEqual(["0:12", "1:00", "0:12"]);
});

test("words that candidates and proctors know are exactly these", () => {
  expect(id.savedServer("10:42:17")).toBe("Tersimpan di server 10:42:17");
  expect(id.savedHere).toBe("Tersimpan di komputer ini, menunggu jaringan");
  expect(id.unsaved).toBe("Belum tersimpan");
  expect(id.offline).toBe("Waktu tetap berjalan; jawaban Anda aman di komputer ini.");
  expect(lobbyId.recordFirst).toBe("Catatan ini tidak menilai Anda; pengawas melihatnya bila perlu membantu.");
  expect(`${asideId.recommendation(asideId.belumLulus)} ${asideId.notYet}`).toBe(
    "Rekomendasi: Belum Lulus. Ini belum keputusan sertifikasi; gelar MMu belum dapat digunakan.",
  );
  expect(asideId.unitScore(9, 15)).toBe("benar 9 dari 15");
});

const CATALOGS: [Record<string, unknown>, string[]][] = [
  [id, []], [en, []],
  [lobbyId, ["examLanguage"]], [lobbyEn, []],
  [asideId, []], [asideEn, []],
  [caseId, []], [caseEn, []],
  [practiceId, []], [practiceEn, []],
  [rescueId, []], [rescueEn, []],
  [talkId, []], [talkEn, []],
  [signalsId, []], [signalsEn, []],
];

test("no word is missing in either language, except the line that Indonesian needs none of", () => {
  for (const [catalog, empty] of CATALOGS) {
    const blank = Object.entries(catalog).filter(([, word]) => word === "").map(([key]) => key);
    expect(blank).toEqual(empty);
  }
});
