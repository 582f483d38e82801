import { expect, test } from "vitest";
import { csv } from "./csv";

test("numbers are numbers to a spreadsheet in Indonesia, negative ones too", () => {
  expect(csv(["Paket", "θ"], [["Paket 1", -0.125], ["Paket 2", null]])).toBe("\uFEFFPaket;θ\r\nPaket 1;-0,125\r\nPaket 2;\r\n");
});

test("a text that begins like a formula stays a text", () => {
  expect(csv([], [["-1+1", 'a;"b"']])).toContain(`'-1+1;"a;""b"""`);
});
