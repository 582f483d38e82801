/**
 * What a person is writing and has not saved, kept over a reload of the page.
 *
 * It may be the text of an exam, so it stays in this tab, goes when the tab is closed or the person logs out, and is given to
 * nobody but the one who wrote it.
 */
const PREFIX = "sahih-unsaved ";

interface Kept {
  owner: string;
  value: unknown;
}

export function keepUnsaved(owner: string, name: string, value: unknown): void {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify({ owner, value } satisfies Kept));
  } catch {
    // Full or forbidden: it lasts as long as the page.
  }
}

export function unsaved<T>(owner: string, name: string): T | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(PREFIX + name) ?? "null") as Kept | null;
    return kept?.owner === owner ? (kept.value as T) : null;
  } catch {
    return null;
  }
}

export function dropUnsaved(name: string): void {
  try {
    sessionStorage.removeItem(PREFIX + name);
  } catch {
    // Then nothing was kept either.
  }
}

export function forgetUnsaved(): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  } catch {
    // Then nothing was kept either.
  }
}
