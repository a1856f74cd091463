// What a page asks the viewer to show, such as a guided tour: settings of layout.js in a mark on the page, as long as it is there.

const MARK = "[data-shows]";
const NEXT = ".st-key-adcore_tour_next button";
const NAMES = ["overlayOn", "outlines", "planes"];

/** Follows the mark of a page; when it is gone, the viewer lies as its reader had left it. */
export class Shown {
  constructor(view) {
    this.view = view;
    this.text = null;
    this.before = null;
    this.plays = null;
  }

  /** Look at the page, and do what it asks for if that is new. */
  look(page = document) {
    const mark = page.querySelector(MARK);
    const text = mark?.dataset.shows ?? null;
    this.play(text, Number(mark?.dataset.onward ?? 0), page);
    if (text === this.text || !this.view.header) return;
    this.text = text;
    this.before ??= pick(this.view);
    this.lie(text === null ? this.before : JSON.parse(text));
    if (text === null) this.before = null;
  }

  /** Press the page's Next once this step has been on for some seconds; 0: it waits for its reader. */
  play(text, seconds, page) {
    const plays = seconds ? `${seconds} ${text}` : null;
    if (plays === this.plays) return;
    this.plays = plays;
    clearTimeout(this.timer);
    if (plays) this.timer = setTimeout(() => page.querySelector(NEXT)?.click(), 1000 * seconds);
  }

  lie({ planes, ...asked }) {
    const fields = pick(asked);
    if (planes && planes !== this.view.planes && this.view.sent.resliced) this.view.setPlanes(planes);
    this.view.set(fields);
  }

  /** Whether the view lies as a page asks, which is not to be remembered as the reader's layout. */
  get asked() {
    return this.before !== null;
  }
}

/** Those settings that a page may ask for. */
function pick(settings) {
  return Object.fromEntries(NAMES.filter((name) => name in settings).map((name) => [name, settings[name]]));
}
