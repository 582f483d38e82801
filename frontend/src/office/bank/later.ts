/** Calls are answered once they pause: of those that come close together only the last counts. */
export function later<T>(ms: number, work: (value: T) => unknown): (value: T) => () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (value) => {
    clearTimeout(timer);
    timer = setTimeout(() => void work(value), ms);
    return () => clearTimeout(timer);
  };
}
