/** What the method of the review that is open sets, for the explanations of its figures. Among reviews none is open; a sitting and the
 * bank go by no such method. */
import { getContext, setContext } from "svelte";
import type { Setting } from "../../api/figures";

type Settings = () => Setting[];
const KEY = Symbol("method");

export const provideMethod = (settings: Settings): void => void setContext(KEY, settings);
export const methodHere = (): Settings | undefined => getContext<Settings | undefined>(KEY);
