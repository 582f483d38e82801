/**
 * The rescue file and the six words that name it. The words are the first 66 bits of the SHA-256 of the file's text, eleven
 * bits a word; `app/delivery/rescue/digest.py` reads the same list and must say the same.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import list from "../../../../app/delivery/rescue/words.txt?raw";
import type { Me } from "../../api/types";
import type { Rescue } from "../core/rows";

const WORDS = list.trim().split("\n");
const WORDS_IN_DIGEST = 6;
const BITS_PER_WORD = 11;

/** One text, always the same for the same rescue: its digest is noted once and has to hold. */
export function fileText(me: Me, rescue: Rescue): string {
  const unsent = new Set(rescue.unsent);
  return JSON.stringify({
    format: "sahih-rescue-1",
    sitting: me.sitting.code,
    participant: me.number,
    attempt_id: me.attempt.id,
    epoch: rescue.epoch,
    device_secret: rescue.secret,
    created_at: rescue.at,
    answers: rescue.answers.map(({ position, option, doubtful, epoch, seq }) => ({ position, option, doubtful, epoch, seq, sent: !unsent.has(position) })),
  });
}

export function digestWords(text: string): string[] {
  const bits = Array.from(sha256(new TextEncoder().encode(text)), (byte) => byte.toString(2).padStart(8, "0")).join("");
  return Array.from({ length: WORDS_IN_DIGEST }, (_, place) => WORDS[parseInt(bits.slice(place * BITS_PER_WORD, (place + 1) * BITS_PER_WORD), 2)]!);
}

export function fileName(me: Me): string {
  return `jawaban-${me.sitting.code}-${me.number}.json`;
}

/** Without the network: the file is made here and goes where downloads go. */
export function saveFile(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
