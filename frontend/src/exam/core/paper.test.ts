import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Client, Unreachable } from "../../api/client";
import { fetchPaper, openPaper } from "./paper";

/** Written by the server; its tests open the same file. */
const golden = JSON.parse(readFileSync("../tests/golden/paper/sealed.json", "utf8"));
const id: string = golden.paper.attempt_id;
const sealed = Uint8Array.from(Buffer.from(golden.sealed, "hex"));
const damaged = Uint8Array.from(sealed, (byte, at) => (at === 60 ? byte ^ 1 : byte));

function line(...files: Uint8Array[]) {
  const asked: (string | undefined)[] = [];
  const client = new Client("", async (_, { cache }) => {
    const file = files[Math.min(asked.push(cache), files.length) - 1]!;
    return new Response(file as BodyInit, { headers: { "content-type": "application/octet-stream" } });
  });
  return { asked, client };
}

test("what the server sealed is opened with its key, and with that alone", async () => {
  expect(await openPaper(sealed, golden.key, id)).toEqual(golden.paper);
  await expect(openPaper(sealed, "07".repeat(32), id)).rejects.toThrow();
  await expect(openPaper(sealed, golden.key, id.replace("0b", "0c"))).rejects.toThrow();
  await expect(openPaper(damaged, golden.key, id)).rejects.toThrow();
});

test("a damaged copy that a cache kept is asked for again past the cache", async () => {
  const { asked, client } = line(damaged, sealed);
  expect(await (await fetchPaper(client, "/papers/x", id)).open(golden.key)).toEqual(golden.paper);
  expect(asked).toEqual(["default", "reload"]);
});

test("a file that cannot be opened is no answer of our server", async () => {
  const paper = await fetchPaper(line(damaged).client, "/papers/x", id);
  await expect(paper.open(golden.key)).rejects.toMatchObject({ reason: "not-our-server" });
});

test("the page of a captive portal is no paper", async () => {
  const portal = new Client("", async () => new Response("<html>", { headers: { "content-type": "text/html" } }));
  await expect(fetchPaper(portal, "/papers/x", id)).rejects.toBeInstanceOf(Unreachable);
});
