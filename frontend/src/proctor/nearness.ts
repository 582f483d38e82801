/** Which elements are close to what is on the screen: one observer for all of them. */

const told = new WeakMap<Element, (near: boolean) => void>();
let observer: IntersectionObserver | undefined;

function observe(element: Element): void {
  observer ??= new IntersectionObserver(
    (seen) => {
      for (const { target, isIntersecting } of seen) told.get(target)?.(isIntersecting);
    },
    { rootMargin: "50%" },
  );
  observer.observe(element);
}

/** An attachment that says whether its element is near. */
export function watchNearness(tell: (near: boolean) => void): (element: Element) => () => void {
  return (element) => {
    told.set(element, tell);
    observe(element);
    return () => {
      observer?.unobserve(element);
      told.delete(element);
    };
  };
}
