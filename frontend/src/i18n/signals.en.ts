import type { Words } from ".";
import type { signals as id } from "./signals.id";

export const signals: Words<typeof id> = {
  open: "What was recorded of me",
  title: "What was recorded during your exam",
  rest: "This is what the page and the server recorded. You can ask the certification body for the other records, such as the check of your identity and incidents in the room.",
  first: "This record does not judge you; the proctor looks at it to help where needed.",
  nothing: "No events were recorded.",
  loading: "Getting the record…",
  failed: "The record could not be fetched. Check the network and try again.",
  again: "Try again",
  times: (times) => (times === 1 ? "once" : `${times} times`),
  lasted: (seconds) => `${seconds} seconds`,
  each: "One by one",
  more: "There were very many; some were only counted.",
};
