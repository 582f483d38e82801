import { expect, test, vi } from "vitest";
import { Problem } from "../../api/client";
import { bounds, formAdvice, limitName } from "./words";

// The chosen language is written on the page's root; there is no page here.
vi.hoisted(() => vi.stubGlobal("document", { documentElement: { dataset: {} } }));

test("a limit is called as the committee calls it", () => {
  expect(limitName({ dimension: "kuk", value: "4.2" })).toBe("KUK 4.2");
  expect(limitName({ dimension: "level", value: "apply" })).toBe("Tingkat berpikir: menerapkan");
  expect(limitName({ dimension: "picture", value: "yes" })).toBe("Soal bergambar");
  expect([bounds({ least: 5, most: 5 }), bounds({ least: 3, most: 8 }), bounds(null)]).toEqual(["tepat 5", "3–8", "tanpa batas"]);
});

test("a refusal says what the server found wrong, else what its code means", () => {
  const refused = (code: string, members = {}): Problem => new Problem(422, code, false, null, null, members);
  const faults = [{ field: "limits", text_id: "Unit MM 1 paling sedikit 20, KUK-nya hanya 15.", text_en: "" }];
  expect(formAdvice(refused("unfit-blueprint", { faults }))).toBe("Unit MM 1 paling sedikit 20, KUK-nya hanya 15.");
  expect(formAdvice(refused("approve-by-another"))).toContain("anggota komite lain");
});
