import { beforeEach, expect, test } from "vitest";
import { Problem, Unreachable } from "../../api/client";
import type { Me } from "../../api/types";
import type { Screen } from "./screens";
import { Talk, type HelpCall, type Message, type Need, type TalkLine } from "./talk";
import { Hands, OPENED } from "./testing";

/** What the server keeps for one candidate. */
class Desk implements TalkLine {
  unread: Message[] = [];
  help: HelpCall | null = null;
  cut = false;
  asked = 0;
  readonly said: string[] = [];

  tell(id: string, text = "Sepuluh menit lagi."): void {
    this.unread.push({ id, text, sent_at: new Date(OPENED).toISOString() });
  }

  messages = () => this.answer(() => ((this.asked += 1), { messages: [...this.unread], help: this.help }));
  shown = (id: string) => this.answer(() => void this.said.push(`shown ${id}`));
  read = (id: string) =>
    this.answer(() => {
      if (!this.unread.some((message) => message.id === id)) throw new Problem(404, "not-found", false, null, null);
      this.unread = this.unread.filter((message) => message.id !== id);
      this.said.push(`read ${id}`);
    });
  call = (need: Need) =>
    this.answer(() => (this.help ??= { need, called_at: new Date(OPENED).toISOString(), answered_at: null }));
  cancel = () => this.answer(() => void (this.help = null));

  private async answer<T>(work: () => T): Promise<T> {
    if (this.cut) throw new Unreachable("network");
    return work();
  }
}

const ME = { attempt: { id: "a1", rev: 0 } } as Me;

let hands: Hands;
let desk: Desk;
let talk: Talk;

beforeEach(() => {
  hands = new Hands();
  desk = new Desk();
  talk = new Talk(desk, hands.timer);
});

async function stand(screen: Screen, rev: number, me: Me | null = ME): Promise<void> {
  talk.follow({ screen, rev, me });
  await hands.move(1);
}

test("asks once when the page comes up, and again only when something may have changed", async () => {
  await stand("question", 3);
  await stand("question", 3);
  await stand("paused", 3);
  expect(desk.asked).toBe(1);
  desk.tell("m1");
  await stand("question", 4);
  expect(desk.asked).toBe(2);
  expect(talk.state.value.messages).toMatchObject([{ id: "m1" }]);
  expect(desk.said).toEqual(["shown m1"]);
});

test("a message stays until it is read, and comes again after a reload", async () => {
  desk.tell("m1");
  desk.tell("m2");
  await stand("question", 1);
  const after = new Talk(desk, hands.timer);
  after.follow({ screen: "question", rev: 1, me: ME });
  await hands.move(1);
  expect(after.state.value.messages.map(({ id }) => id)).toEqual(["m1", "m2"]);
  await after.read("m1");
  expect(after.state.value.messages.map(({ id }) => id)).toEqual(["m2"]);
  expect(desk.unread.map(({ id }) => id)).toEqual(["m2"]);
});

test("what was read while the line was gone is gone from the screen, and is said when the line is back", async () => {
  desk.tell("m1");
  await stand("question", 1);
  desk.cut = true;
  await talk.read("m1");
  expect(talk.state.value.messages).toEqual([]);
  await hands.move(60_000);
  expect(desk.unread).toHaveLength(1);
  desk.cut = false;
  await hands.move(10_000);
  expect(desk.unread).toEqual([]);
  expect(talk.state.value.messages).toEqual([]);
  const { asked } = desk;
  await hands.move(60_000);
  expect(desk.asked).toBe(asked);
});

test("a message that the server knows no more holds up nothing", async () => {
  desk.tell("m1");
  await stand("question", 1);
  desk.unread = [];
  desk.tell("m2");
  await talk.read("m1");
  expect(talk.state.value.messages.map(({ id }) => id)).toEqual(["m2"]);
});

test("a call shows that the proctor knows, then that somebody comes, then nothing", async () => {
  await stand("waiting", -1);
  await talk.call("network");
  expect(talk.state.value).toMatchObject({ help: { need: "network", answered_at: null }, unheard: false });
  desk.help = { ...desk.help!, answered_at: new Date(OPENED + 60_000).toISOString() };
  await stand("waiting", -1, { attempt: { id: "a1", rev: 1 } } as Me);
  expect(talk.state.value.help?.answered_at).not.toBeNull();
  await talk.cancel();
  expect(talk.state.value.help).toBeNull();
});

test("a call that does not get through says so", async () => {
  await stand("question", 1);
  desk.cut = true;
  await talk.call("computer");
  expect(talk.state.value).toMatchObject({ help: null, unheard: true });
});

test("nothing of one candidate is left for the next, and nobody is asked after the end", async () => {
  desk.tell("m1");
  await stand("question", 1);
  await stand("receipt", 1);
  expect(talk.state.value).toEqual({ messages: [], help: null, unheard: false });
  const { asked } = desk;
  await stand("login", -1, null);
  await hands.move(60_000);
  expect(desk.asked).toBe(asked);
});
