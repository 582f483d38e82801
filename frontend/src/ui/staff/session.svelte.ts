/** Who is logged in on a staff page, and what went wrong last, in words. */
import { Problem, Unreachable } from "../../api/client";
import { staff, type StaffMe } from "../../api/staff";
import { drafts } from "./drafts.svelte";
import { keep } from "./keep";
import { forgetUnsaved } from "./unsaved";
import { words } from "./words.svelte";

class Session {
  me = $state.raw<StaffMe | null>(null);
  ready = $state(false);
  #last = "";

  async load(): Promise<void> {
    try {
      this.#enter(await staff.get<StaffMe>("/me"));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.me = null;
    } finally {
      this.ready = true;
    }
  }

  async logIn(username: string, password: string): Promise<void> {
    this.#enter(await staff.post<StaffMe>("/login", { username, password }));
  }

  async logOut(): Promise<void> {
    try {
      await staff.post("/logout", {});
    } catch (error) {
      // Refused means that the log-in had ended before; unreachable means that it has not ended.
      if (!(error instanceof Problem)) throw error;
    }
    this.me = null;
    drafts.forget();
    forgetUnsaved();
  }

  /** A half-written text waits for the person who wrote it, and for nobody else. */
  #enter(me: StaffMe): void {
    if (me.name !== this.#last) drafts.forget();
    this.#last = me.name;
    this.me = me;
  }

  /** Stay logged in while a page is open that only watches; returns how to stop. */
  keep(): () => void {
    return keep(
      () => staff.get("/me"),
      () => (this.me = null),
    );
  }

  may(permission: string): boolean {
    return this.me?.permissions.includes(permission) ?? false;
  }
}

export const session = new Session();

/** What a failure means to the person in front of the page. */
export function advice(error: unknown): string {
  const w = words();
  if (error instanceof Unreachable) return w.unreachable;
  if (!(error instanceof Problem)) return w.refused;
  const known: Record<string, string> = {
    "wrong-credentials": w.wrong,
    "too-many-tries": w.tooMany,
    "link-not-usable": w.linkUsed,
    "weak-password": w.weak,
    "incidents-open": w.incidentsOpen,
    "not-found": w.notFound,
    forbidden: w.forbidden,
    "log-in-first": w.logInAgain,
    "incident-closed": w.changed,
    "no-device-request": w.changed,
    "key-check-cleared": w.changed,
    "key-check-not-ready": w["key-waiting-for-attempts"],
    "key-check-not-cleared": w.changed,
  };
  if (error.code === "log-in-first") session.me = null;
  // Expired, withdrawn, or asked for anew: what is to be signed is shown instead of this page.
  if (error.code === "undertaking-needed") void session.load().catch(() => undefined);
  return known[error.code] ?? `${w.refused} (${error.code})`;
}
