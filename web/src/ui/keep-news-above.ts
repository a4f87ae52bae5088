/** Room for what floats over the foot of the page: news come above it, see theme/global.css. */

/** For the `ref` of a bar, while it is shown; it may grow and shrink. */
export function keepNewsAbove(bar: HTMLElement | null): (() => void) | undefined {
  if (bar === null) return undefined;
  const { style } = document.documentElement;
  const watch = new ResizeObserver(() => style.setProperty("--foot-bar", `${bar.offsetHeight}px`));
  watch.observe(bar);
  return () => {
    watch.disconnect();
    style.removeProperty("--foot-bar");
  };
}
