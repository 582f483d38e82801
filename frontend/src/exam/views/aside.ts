/** All that is fetched beside the exam: the screens around it, its rarer dialogs, and its words in English. */
export { HttpTalkLine, Talk as Talking } from "../core/talk";
export { watchExam } from "../watch";
export { en } from "../../i18n/en";
export { asideWords } from "../aside";
export { default as Aids } from "./Aids.svelte";
export { default as CallHelp } from "./CallHelp.svelte";
export { default as LoginAgain } from "./LoginAgain.svelte";
export { default as Others } from "./Others.svelte";
export { default as Remark } from "./Remark.svelte";
export { default as Rescue } from "./Rescue.svelte";
export { default as Summary } from "./Summary.svelte";
export { default as Talk } from "./Talk.svelte";
