import { expect, test } from "vitest";
import type { Me } from "../../api/types";
import { SebTransport, type Place } from "./seb";

const HASH = "ab".repeat(32);

interface Asked {
  input: string;
  init: RequestInit;
}

function browser(search: string, seb: string | null) {
  const asked: Asked[] = [];
  const moved: string[] = [];
  const place = { origin: "https://u.example", pathname: "/", search, replace: (to: string) => void moved.push(to) } as Place;
  const answer = { number: "7", seb } as Me;
  const send = (input: string, init: RequestInit) => {
    asked.push({ input, init });
    return Promise.resolve(new Response(JSON.stringify(answer), { headers: { "Content-Type": "application/json" } }));
  };
  return { asked, moved, transport: new SebTransport(place, HASH, send) };
}

test("a page that carries its session's mark goes on, and whatever it asks for carries it too", async () => {
  const { asked, moved, transport } = browser("?seb=0a", "0a");
  await transport.me();
  await transport.agree("1");
  transport.lastWords({ epoch: 1, device_secret: "s", nonce: "n" }, []);
  expect(asked.map(({ input }) => input)).toEqual(["/api/exam/me?seb=0a", "/api/exam/agree?seb=0a", "/api/exam/answers?seb=0a"]);
  for (const { init } of asked) expect((init.headers as Record<string, string>)["Sahih-Seb"]).toBe(HASH);
  expect(asked[2]!.init.keepalive).toBe(true);
  expect(moved).toEqual([]);
});

test.each(["", "?seb=0b", "?seb=0a&x=1"])("a page at %j is loaded once more with the mark, and shows nothing before", async (search) => {
  const { moved, transport } = browser(search, "0a");
  let shown = false;
  void transport.login("7", "PIN").then(() => (shown = true));
  await new Promise((later) => setTimeout(later));
  expect([moved, shown]).toEqual([["/?seb=0a"], false]);
});

test("where the sitting does not ask for it, nothing is loaded twice", async () => {
  const { moved, transport } = browser("", null);
  expect((await transport.me()).number).toBe("7");
  expect(moved).toEqual([]);
});
