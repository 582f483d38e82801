import type { Words } from ".";
import type { staffTextsId } from "./staff.texts.id";

export const staffTextsEn: Words<typeof staffTextsId> = {
  title: "Texts of undertakings and invitations",
  lead: "Every change is a new version; old versions stay readable. Look at the preview before you save.",
  invitation: "Invitation of candidates",
  invitationHint: "Write the sign $ for what the system fills in, for example $name. A line about something that is not known yet is left out. A PIN is never part of an invitation.",
  current: (version, day) => `Version ${version}, in force since ${day}`,
  days: (days) => `a signature holds ${days} days`,
  older: (count) => `Old versions (${count})`,
  indonesian: "Indonesian",
  english: "English",
  write: "Write a new version",
  writeName: (title) => `Write a new version: ${title}`,
  life: "A signature holds (days)",
  preview: "Preview",
  previewTitle: (title, version) => `${title}, version ${version}`,
  example: "Example for a candidate:",
  againAsk: "Once it is saved, every member of staff who needs it, you included, is asked to sign this text before they can open anything else, also who is watching an exam. Save it outside exam hours.",
  invitationAsk: "Once it is saved, the invitations of all sittings use this text. Invitations that were sent do not change.",
  save: (version) => `Save as version ${version}`,
  saved: (version) => `Version ${version} is saved.`,
  cancel: "Cancel",
  changed: "Somebody else has saved a newer version in the meantime. Read it, then check what you wrote; it is still here.",
  frozen: "It is a frozen exam day: texts can be replaced once the freeze is off.",
  badPlaceholder: (unknown, known) => `Not known: ${unknown}. What can be used: ${known}.`,
};
