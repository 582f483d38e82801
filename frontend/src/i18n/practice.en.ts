import type { Words } from ".";
import type { practice as id } from "./practice.id";

export const practice: Words<typeof id> = {
  practiceFailed: "The practice questions could not be fetched. Check the network and try again.",
  practiceLead: "This screen is the same as in the exam. Its questions are examples, not scored and not stored.",
  practiceWhat: (items, minutes) => `${items} questions, ${minutes} minutes. Try the question list, DOUBTFUL, the keyboard, and a lost network.`,
  practiceStrip: "Practice: not scored",
  practiceCut: "Try cutting the network",
  practiceResult: "Practice result",
  practiceScore: (correct, items) => `${correct} of ${items} right`,
  practiceYour: (answer) => `Your answer: ${answer}`,
  practiceNone: "blank",
  practiceRight: (answer) => `Right answer: ${answer}`,
  practiceGood: "Right",
  practiceBad: "Not quite",
  practiceAgain: "Practise again",
  practiceBack: "Back to the exam",
  tryAgain: "Try again",
};
