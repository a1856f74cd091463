// Brings the place where it stands into view whenever its number grows: a link or a button elsewhere on the page leads there.

const SETTLED_MS = 4000; // charts above still grow for so long
const seen = new WeakMap();

/** Streamlit calls this once and again on every change of data or theme, so the number is kept per element. */
export default function ({ parentElement, data }) {
  const element = parentElement.querySelector(".into_view");
  const before = seen.get(element) ?? 0;
  seen.set(element, data.number);
  if (data.number > before) lead(element);
  return undefined;
}

/** Show the element, again whenever what stands above it grows, until all is drawn or the reader scrolls. */
function lead(element) {
  const over = new AbortController();
  const show = () => element.scrollIntoView({ block: "start" });
  const observer = new ResizeObserver(show);
  for (let around = element.getRootNode().host ?? element; around; around = around.parentElement) observer.observe(around);
  const stop = () => {
    observer.disconnect();
    over.abort();
  };
  for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    window.addEventListener(kind, stop, { capture: true, passive: true, signal: over.signal });
  }
  setTimeout(stop, SETTLED_MS);
  requestAnimationFrame(show);
}
