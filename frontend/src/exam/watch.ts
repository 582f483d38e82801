/** The browser's events as signals, while an exam runs in this page. */
import type { Client } from "../api/client";
import type { Exam, Fresh } from "./core/attempt";
import { UNDER_WAY } from "./core/screens";
import { HttpSignalLine, Signals } from "./core/signals";

/** Where the browser tells (Chromium over https): more than one screen. */
type Screens = Screen & EventTarget & { isExtended?: boolean };

export function watchExam(exam: Exam, client: Client): void {
  const signals = new Signals(new HttpSignalLine(client), () => exam.clock.now());
  listen(signals);
  let running = false;
  exam.state.watch(({ screen, me, link }: Fresh) => {
    const now = me !== null && UNDER_WAY.has(screen);
    if (now && !running) {
      signals.start();
      countScreens(signals);
    }
    if (!now) signals.stop();
    running = now;
    if (link === "down" || link === "not-our-server") signals.lineLost();
    else signals.lineBack();
  });
}

function listen(signals: Signals): void {
  let ending = false; // a page that is reloaded was not left
  addEventListener("pagehide", () => ((ending = true), signals.lastWords()));
  addEventListener("pageshow", () => (ending = false));
  addEventListener("blur", () => ending || signals.left());
  addEventListener("focus", () => signals.back());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") signals.back();
    else if (!ending) signals.left();
  });
  document.addEventListener("copy", () => signals.notice("copy"));
  document.addEventListener("cut", () => signals.notice("copy"));
  document.addEventListener("paste", () => signals.notice("paste"));
  addEventListener("beforeprint", () => signals.notice("print"));
  matchMedia("(display-mode: fullscreen)").addEventListener("change", (full) => full.matches || signals.notice("fullscreen-left"));
  (screen as Screens).addEventListener?.("change", () => countScreens(signals));
}

function countScreens(signals: Signals): void {
  if ((screen as Screens).isExtended === true) signals.notice("second-screen");
}
