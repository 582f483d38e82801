import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { expect, test, vi } from "vitest";
import { Outbox } from "./outbox";
import { MemoryShelf, openShelf } from "./shelf";

const put = (option: number | null) => (mark: { option: number | null; doubtful: boolean }) => ({ ...mark, option });

test("the secret is stored before it is given out, and is the same in each tab", async () => {
  const shelf = await openShelf(new IDBFactory());
  const [one, two] = await Promise.all([new Outbox(shelf, "a").secret(), new Outbox(shelf, "a").secret()]);
  expect(one).toMatch(/^[0-9a-f]{32}$/);
  expect(two).toBe(one);
  expect(await new Outbox(shelf, "b").secret()).not.toBe(one);
});

test("seq rises over two tabs that write at once, and goes on from the server's", async () => {
  const shelf = await openShelf(new IDBFactory());
  const tabs = [new Outbox(shelf, "a"), new Outbox(shelf, "a")];
  await tabs[0]!.adopt(1, 40, []);
  const written = await Promise.all(Array.from({ length: 30 }, (_, index) => tabs[index % 2]!.write(1, index + 1, put(0))));
  expect(written.map((row) => row!.seq).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 41));
});

test("the newest change per item waits; an acknowledgement of an older one does not drop it", async () => {
  const outbox = new Outbox(await openShelf(new IDBFactory()), "a");
  await outbox.write(1, 7, put(0));
  const sent = await outbox.pending();
  await outbox.write(1, 7, put(1));
  await outbox.drop(sent);
  expect(await outbox.pending()).toMatchObject([{ position: 7, option: 1, seq: 2 }]);
  await outbox.drop(await outbox.pending());
  expect(await outbox.pending()).toEqual([]);
});

test("an edit that changes nothing takes no seq, a blank says that it is one", async () => {
  const outbox = new Outbox(new MemoryShelf(true), "a");
  expect(await outbox.write(1, 1, put(null))).toBeNull();
  await outbox.write(1, 1, put(2));
  expect(await outbox.write(1, 1, put(2))).toBeNull();
  await outbox.write(1, 1, put(null));
  expect(await outbox.pending()).toMatchObject([{ option: null, clear: true, seq: 2 }]);
});

test("a transaction that fails leaves nothing", async () => {
  for (const shelf of [await openShelf(new IDBFactory()), new MemoryShelf(true)]) {
    await expect(
      shelf.run("write", async (transaction) => {
        await transaction.put("answers", "x", { half: true });
        throw new Error("stop");
      }),
    ).rejects.toThrow("stop");
    expect(await shelf.run("read", (transaction) => transaction.get("answers", "x"))).toBeUndefined();
  }
});

test("storage that refuses to open becomes memory", async () => {
  const refusing = { open: () => { throw new DOMException("no", "SecurityError"); } } as unknown as IDBFactory;
  expect((await openShelf(refusing)).durable).toBe(false);
  expect((await openShelf(new IDBFactory())).durable).toBe(true);
});

test("a slow disk is waited for, a dead one is not for ever", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const slow = new IDBFactory();
    const open = slow.open.bind(slow);
    slow.open = (...values) => {
      const request = {} as { -readonly [K in keyof IDBOpenDBRequest]: IDBOpenDBRequest[K] };
      setTimeout(() => {
        const real = open(...values);
        real.onupgradeneeded = (event) => ((request.result = real.result), request.onupgradeneeded?.(event));
        real.onsuccess = (event) => ((request.result = real.result), request.onsuccess?.(event));
      }, 10_000);
      return request;
    };
    const opening = openShelf(slow);
    await vi.advanceTimersByTimeAsync(11_000);
    expect((await opening).durable).toBe(true);
    slow.open = () => ({}) as IDBOpenDBRequest;
    const hanging = openShelf(slow);
    await vi.advanceTimersByTimeAsync(20_000);
    expect((await hanging).durable).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});

test("remarks wait like answers, the newest per item", async () => {
  const outbox = new Outbox(new MemoryShelf(true), "a");
  const first = { position: 3, text: "kurang jelas", nonce: "n1" };
  await outbox.remark(first);
  await outbox.remark({ ...first, text: "salah ketik", nonce: "n2" });
  await outbox.dropRemark(first);
  expect(await outbox.remarks()).toMatchObject([{ text: "salah ketik" }]);
  await outbox.dropRemark({ ...first, text: "salah ketik", nonce: "n2" });
  expect(await outbox.remarks()).toEqual([]);
  expect(await outbox.remarkOn(3)).toBe("salah ketik");
  await outbox.forget();
  expect(await outbox.remarkOn(3)).toBe("");
});
