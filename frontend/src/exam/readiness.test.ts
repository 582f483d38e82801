import { expect, test } from "vitest";
import { measure } from "./readiness";

const answering = (aheadMs: number) => () => Promise.resolve(new Response(JSON.stringify({ server_time: new Date(Date.now() - aheadMs).toISOString() })));

test("the clock is compared with the server's, and storage is asked where the browser can say", async () => {
  const storage = { persisted: () => Promise.resolve(false), estimate: () => Promise.resolve({ quota: 52_428_800 }) } as unknown as StorageManager;
  const found = await measure(true, answering(90_000), storage);
  expect(Math.round(found.clock_offset_ms / 1_000)).toBe(90);
  expect(found).toMatchObject({ saves: true, persisted: false, quota_mb: 50 });
});

test("a browser that cannot say is no worse for it", async () => {
  const refusing = { persisted: () => Promise.reject(new Error("no")), estimate: () => Promise.reject(new Error("no")) } as unknown as StorageManager;
  for (const storage of [null, refusing]) expect(await measure(false, answering(0), storage)).toMatchObject({ saves: false, persisted: null, quota_mb: null });
});
