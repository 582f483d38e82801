/** What a waiting room says of its computer: measured once on entering, and again when the line or the storage changed. */

export interface Readiness {
  clock_offset_ms: number;
  round_trip_ms: number;
  saves: boolean;
  persisted: boolean | null;
  quota_mb: number | null;
}

const LARGEST_INT = 2 ** 31 - 1;

/** A browser that cannot say is no worse for it: `null`. `fetch` is asked twice, since the first pays for the connection. */
export async function measure(saves: boolean, fetch = globalThis.fetch, storage: StorageManager | null = navigator.storage ?? null): Promise<Readiness> {
  await ask(fetch);
  const { offset, trip } = await ask(fetch);
  const persisted = (await storage?.persisted?.().catch(() => null)) ?? null;
  const quota = (await storage?.estimate?.().catch(() => null))?.quota;
  return {
    clock_offset_ms: clamp(offset),
    round_trip_ms: Math.min(Math.round(trip), 600_000),
    saves,
    persisted,
    quota_mb: quota === undefined ? null : clamp(quota / 1_048_576),
  };
}

async function ask(fetch: typeof globalThis.fetch): Promise<{ offset: number; trip: number }> {
  const sent = performance.now();
  const { server_time } = (await (await fetch("/api/public/context", { cache: "no-store" })).json()) as { server_time: string };
  const trip = performance.now() - sent;
  return { offset: Date.now() - trip / 2 - Date.parse(server_time), trip };
}

const clamp = (value: number) => Math.round(Math.max(-LARGEST_INT, Math.min(LARGEST_INT, value)));

/** Tell it, and be quiet about it where it cannot be told: it helps the proctor, and disturbs nobody. */
export async function report(saves: boolean): Promise<void> {
  try {
    const body = JSON.stringify(await measure(saves));
    await fetch("/api/exam/readiness", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  } catch {
    // no line, or not our server: the waiting room itself says so
  }
}
