// A warning before the tab is left while the page says that something typed is not exported yet.

/** What the page marks: "draft" is typed and not saved, "note" is saved in the session and not exported. */
const MARK = "[data-unsaved]";

/** Warn in this window from now on. */
export function warnBeforeLeaving(target = window, page = document) {
  target.addEventListener("beforeunload", (event) => {
    if (page.querySelector(MARK)) event.preventDefault(); // the browser words the question itself
  });
}
