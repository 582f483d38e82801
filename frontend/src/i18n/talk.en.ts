import type { Words } from ".";
import type { talk as id } from "./talk.id";

export const talk: Words<typeof id> = {
  message: "Message from the proctor",
  messageRead: "I have read it",
  help: "Call the proctor",
  helpLead: "Choose what you need; the proctor comes to your place.",
  helpTime: "Time goes on.",
  computer: "Computer or screen",
  network: "Network",
  question: "A question is unclear or cannot be read",
  health: "Toilet or health",
  other: "Something else",
  helpCalled: (time) => `The proctor was told at ${time}.`,
  helpComing: "The proctor is coming.",
  helpCancel: "Take the call back",
  helpUnheard: "The call did not get through. Raise your hand; the proctor will see it.",
};
