/** What happens while an item is written: it is kept in this tab, shown as candidates see it, and saved. */
import { bank, type Kind, type Preview, type Version } from "../../api/bank";
import { Problem } from "../../api/client";
import { session } from "../../ui/staff/session.svelte";
import { dropUnsaved, keepUnsaved, unsaved } from "../../ui/staff/unsaved";
import { bodyOf, contentOf, draftOf, emptyDraft, keyOf, lacking, type Draft } from "./draft";
import { later } from "./later";
import { schemes } from "./schemes.svelte";
import { bankAdvice, bankWords } from "./words";

/** A new item, a draft that is mended in place, or a new version of a version that stays as it is. */
export type Task = { what: "new"; scheme: string; kuk: string } | { what: "edit" | "revise" | "correct"; version: string };

interface Saved {
  id: string;
  code: string;
}

interface Kept {
  draft: Draft;
  /** What the person had in front of them when they began to write. */
  step: number;
}

export type Notes = Pick<Preview, "hints" | "faults">;

const KIND_OF: Record<"revise" | "correct", Kind> = { revise: "revision", correct: "editorial" };
const LOOK_AFTER_MS = 500;

export class Editing {
  draft = $state.raw<Draft | null>(null);
  /** What the draft was begun from. */
  version = $state.raw<Version | null>(null);
  preview = $state.raw<Preview | null>(null);
  reason = $state("");
  refusal = $state("");
  /** Kept from before a reload, and not on the server. */
  recovered = $state(false);
  changed = $state(false);
  /** The draft was saved in another window since it was opened here. */
  outdated = $state(false);
  busy = $state(false);
  /** Raised when other text is to stand in the fields. */
  round = $state(0);
  /** What the server said of the fields when it refused to save. */
  #refused = $state.raw<Preview["faults"]>([]);
  /** A field that lacks its text is said to, once somebody tried to save or to submit. */
  #tried = $state<"save" | "submit" | null>(null);
  readonly #name: string;
  readonly #look = later(LOOK_AFTER_MS, () => this.#show());

  constructor(readonly task: Task) {
    this.#name = `item ${task.what} ${task.what === "new" ? task.scheme : task.version}`;
    void this.#begin();
  }

  /** What was submitted once stays as it is: this is written as a version of its own, for a reason. */
  get makesVersion(): boolean {
    return this.task.what === "revise" || this.task.what === "correct";
  }

  get lacking(): string[] {
    return this.#tried && this.draft ? lacking(this.draft, this.#tried === "submit") : [];
  }

  /** What is to be said of the fields. */
  get notes(): Notes {
    return { hints: this.preview?.hints ?? [], faults: [...(this.preview?.faults ?? []), ...this.#refused] };
  }

  change(part: Partial<Draft>): void {
    if (!this.draft) return;
    this.draft = { ...this.draft, ...part };
    this.changed = true;
    this.#refused = [];
    this.#keep();
    this.#look(null);
  }

  /** Away with what this tab kept: the text is as the server has it. */
  async startOver(): Promise<void> {
    if (!(await this.#read())) return;
    dropUnsaved(this.#name);
    this.recovered = this.changed = this.outdated = false;
    this.#take(this.#fresh());
  }

  /** What was saved elsewhere has been looked at, or need not be: this text goes over it. */
  async overwrite(): Promise<Saved | null> {
    return (await this.#read()) ? this.save(false) : null;
  }

  /** The saved version, or null where it was not saved: then everything written is still here. */
  async save(submits: boolean): Promise<Saved | null> {
    this.#tried = submits ? "submit" : "save";
    this.refusal = "";
    this.outdated = false;
    if (!this.draft || this.lacking.length > 0 || (this.makesVersion && !this.reason.trim())) {
      this.refusal = bankWords().lacking;
      return null;
    }
    this.busy = true;
    try {
      const sent = this.draft;
      const saved = await this.#send(sent);
      this.recovered = false;
      // What was typed meanwhile is not saved yet.
      this.changed = sent !== this.draft;
      if (this.changed) this.#keep();
      else dropUnsaved(this.#name);
      return saved;
    } catch (error) {
      this.refuse(error);
      return null;
    } finally {
      this.busy = false;
    }
  }

  /** Why it was not saved or not submitted, with what the server says of each field. */
  refuse(error: unknown): void {
    this.refusal = `${bankAdvice(error)} ${bankWords().stillHere}`;
    this.outdated = error instanceof Problem && error.code === "draft-changed";
    const faults = error instanceof Problem ? error.members["faults"] : undefined;
    if (Array.isArray(faults)) this.#refused = faults as Preview["faults"];
  }

  #keep(): void {
    keepUnsaved(this.#owner, this.#name, { draft: this.draft!, step: this.version?.step ?? 0 } satisfies Kept);
  }

  get #owner(): string {
    return session.me?.id ?? "";
  }

  async #begin(): Promise<void> {
    if (!(await this.#read())) return;
    const kept = unsaved<Kept>(this.#owner, this.#name);
    this.recovered = this.changed = kept !== null;
    if (kept && this.version) this.version = { ...this.version, step: kept.step };
    this.#take(kept?.draft ?? this.#fresh());
  }

  async #read(): Promise<boolean> {
    try {
      if (this.task.what !== "new") this.version = await bank.version(this.task.version);
      return true;
    } catch (error) {
      this.refusal = bankAdvice(error);
      return false;
    }
  }

  #fresh(): Draft {
    return this.version ? draftOf(this.version) : emptyDraft(this.task.what === "new" ? this.task.kuk : "");
  }

  #take(draft: Draft): void {
    this.draft = draft;
    this.round += 1;
    void this.#show();
  }

  async #send(draft: Draft): Promise<Saved> {
    const body = bodyOf(draft);
    const reason = this.reason.trim();
    if (this.task.what === "new") {
      const { code, version_id } = await bank.create({ ...body, scheme: this.task.scheme });
      return { id: version_id, code };
    }
    const { code, step } = this.version!;
    if (this.task.what === "edit") {
      const saved = await bank.save(this.task.version, { ...body, reason, step });
      this.version = { ...this.version!, step: saved.step };
      return { id: saved.version_id, code };
    }
    const { version_id } = await bank.newVersion(code, { ...body, kind: KIND_OF[this.task.what], reason });
    return { id: version_id, code };
  }

  async #show(): Promise<void> {
    const asked = this.draft;
    if (!asked) return;
    const key = keyOf(asked);
    try {
      const found = await bank.preview({
        content: contentOf(asked),
        ...(key >= 0 && { key }),
        ...(asked.kuk && { kuk: asked.kuk }),
        scheme: schemes.code,
        ...(this.version && { code: this.version.code }),
      });
      if (asked === this.draft) this.preview = found;
    } catch {
      // The text is safe here; the next change asks again.
    }
  }
}
