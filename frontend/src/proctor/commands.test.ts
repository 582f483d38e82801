import { afterEach, expect, test, vi } from "vitest";
import { Commands } from "./commands.svelte";

// The page whose language the words are in.
vi.hoisted(() => Object.assign(globalThis, { document: { documentElement: { dataset: {} } } }));

const sent: { body: { attempt_ids: string[]; key?: string }; answer: () => void; lose: () => void }[] = [];

/** A slow line: nothing is answered before the test says so. */
function slowly(_: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  return new Promise((answered, lost) => {
    const body = JSON.parse(String(init?.body)) as { attempt_ids: string[]; key?: string };
    const said = JSON.stringify({ outcomes: Object.fromEntries(body.attempt_ids.map((id) => [id, "done"])) });
    const answer = (): void => answered(new Response(said, { headers: { "Content-Type": "application/json" } }));
    sent.push({ body, answer, lose: () => lost(new TypeError("network")) });
  });
}

vi.stubGlobal("fetch", slowly);
afterEach(() => void sent.splice(0));

const pause = (commands: Commands, id: string): Promise<boolean> => commands.many("Jeda", "pause", { attempt_ids: [id], reason: "sakit" });

test("pressed twice, it is said once; said of somebody else meanwhile, it is said", async () => {
  const commands = new Commands("s", () => Promise.resolve());
  const told = [pause(commands, "a"), pause(commands, "a"), pause(commands, "b")];
  expect(sent.map(({ body }) => body.attempt_ids)).toEqual([["a"], ["b"]]);
  for (const { answer } of sent) answer();
  expect(await Promise.all(told)).toEqual([true, false, true]);
});

test("a command without an answer may have come through: the board is looked at before it is said again", async () => {
  const commands = new Commands("s", () => Promise.resolve());
  const told = pause(commands, "a");
  sent[0]!.lose();
  expect(await told).toBe(false);
  expect(commands.refusal).toContain("lihat papan dahulu");
});

test("minutes that are given again without an answer carry the same key, and a new one after an answer", async () => {
  const commands = new Commands("s", () => Promise.resolve());
  const give = (): Promise<boolean> => commands.add("Tambah waktu", "time", { attempt_ids: ["a"], seconds: 300, reason: "listrik" });
  const first = give();
  sent[0]!.lose();
  expect(await first).toBe(false);
  const again = give();
  sent[1]!.answer();
  expect(await again).toBe(true);
  const more = give();
  sent[2]!.answer();
  await more;
  expect(sent[1]!.body.key).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect([sent[1]!.body.key, sent[2]!.body.key].map((key) => key === sent[0]!.body.key)).toEqual([true, false]);
});
