import { expect, test } from "vitest";
import { staffBankEn } from "./staff.bank.en";
import { staffBankId } from "./staff.bank.id";
import { staffEn } from "./staff.en";
import { staffFormsEn } from "./staff.forms.en";
import { staffFormsId } from "./staff.forms.id";
import { staffId } from "./staff.id";
import { staffPapersEn } from "./staff.papers.en";
import { staffPapersId } from "./staff.papers.id";
import { staffPeopleEn } from "./staff.people.en";
import { staffPeopleId } from "./staff.people.id";
import { staffReviewCourseEn } from "./staff.review-course.en";
import { staffReviewCourseId } from "./staff.review-course.id";
import { staffReviewRescoreEn } from "./staff.review-rescore.en";
import { staffReviewRescoreId } from "./staff.review-rescore.id";
import { staffTextsEn } from "./staff.texts.en";
import { staffTextsId } from "./staff.texts.id";
import { staffTransfersEn } from "./staff.transfers.en";
import { staffTransfersId } from "./staff.transfers.id";

const CATALOGS = [staffId, staffEn, staffBankId, staffBankEn, staffFormsId, staffFormsEn, staffPapersId, staffPapersEn, staffPeopleId, staffPeopleEn, staffReviewCourseId, staffReviewCourseEn, staffTextsId, staffTextsEn, staffTransfersId, staffTransfersEn];
const CATALOGS = [staffId, staffEn, staffBankId, staffBankEn, staffFormsId, staffFormsEn, staffPapersId, staffPapersEn, staffPeopleId, staffPeopleEn, staffTextsId, staffTextsEn, staffTransfersId, staffTransfersEn, staffReviewRescoreId, staffReviewRescoreEn];

test("no word of the staff pages is missing in either language", () => {
  for (const catalog of CATALOGS) expect(Object.entries(catalog).filter(([, word]) => word === "")).toEqual([]);
  expect(Object.keys(staffEn).sort()).toEqual(Object.keys(staffId).sort());
});

test("the committee reads the words of its own vocabulary", () => {
  expect(staffId.ofN(11, 15)).toBe("11 dari 15 benar");
  expect(staffId.needs(15, 100)).toBe("belum cukup data (n = 15, perlu 100)");
  expect(staffId.greyZone(63, 73)).toContain("Peserta bernilai 63–73 berada di daerah ragu");
});
