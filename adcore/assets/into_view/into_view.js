// Brings the place where it stands into view whenever its number grows: a link or a button elsewhere on the page leads there.

const seen = new WeakMap();

/** Streamlit calls this once and again on every change of data or theme, so the number is kept per element. */
export default function ({ parentElement, data }) {
  const element = parentElement.querySelector(".into_view");
  const before = seen.get(element) ?? 0;
  seen.set(element, data.number);
  if (data.number > before) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    requestAnimationFrame(() => element.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" }));
  }
  return undefined;
}
