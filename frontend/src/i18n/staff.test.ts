import { expect, test } from "vitest";
import { staffEn } from "./staff.en";
import { staffId } from "./staff.id";

const CATALOGS = Object.values(import.meta.glob<Record<string, object>>(["./staff.{id,en}.ts", "./staff.*.{id,en}.ts"], { eager: true })).flatMap((module) => Object.values(module));

test("no word of the staff pages is missing in either language", () => {
  for (const catalog of CATALOGS) expect(Object.entries(catalog).filter(([, word]) => word === "")).toEqual([]);
  expect(Object.keys(staffEn).sort()).toEqual(Object.keys(staffId).sort());
});

test("the committee reads the words of its own vocabulary", () => {
  expect(staffId.ofN(11, 15)).toBe("11 dari 15 benar");
  expect(staffId.needs(15, 100)).toBe("belum cukup data (n = 15, perlu 100)");
  expect(`${staffId.greyBefore(63, 73)} ${staffId.greyZone}`).toBe("Peserta bernilai 63–73 berada di daerah ragu");
});
