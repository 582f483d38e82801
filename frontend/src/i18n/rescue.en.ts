import type { Words } from ".";
import type { rescue as id } from "./rescue.id";

export const rescue: Words<typeof id> = {
  title: "Answer file",
  why: (count) =>
    `The network was down when the time ended, so your last ${count === 1 ? "answer has" : `${count} answers have`} not reached the server. ${count === 1 ? "It is" : "They are"} safe on this computer and can be saved as a file.`,
  late: (count) =>
    `The network was down when the time ended, so your last ${count === 1 ? "answer" : `${count} answers`} did not reach the server in time. ${count === 1 ? "It" : "They"} can be saved as a file and put forward to be scored.`,
  call: "Raise your hand and wait for the proctor. Do not close this page.",
  save: "Save the answer file",
  saveAgain: "Save once more",
  wordsTitle: "The six words of your file",
  show: (time) => `Show these six words to the proctor before you leave. The proctor notes them before ${time}; without that note the file cannot be used.`,
  file: (name) => `The file “${name}” is in the downloads folder of this computer. The proctor copies it. What is in it need not and must not be changed.`,
  next: "Once the file is uploaded and a second person has approved it, its answers are scored too.",
};
