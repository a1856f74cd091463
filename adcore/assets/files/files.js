// Buttons that fetch a file each and hand it to the browser. Streamlit hears nothing, so a page drawn anew loses no press.

const UNREACHED = "The program did not answer. Press the button again; if that happens every time, load the page again.";

const rows = new WeakMap();

/** Streamlit calls this at first and again on every change of data or theme: the state lives with the element. */
export default function ({ parentElement, data }) {
  const element = parentElement.querySelector(".files");
  let row = rows.get(element);
  if (!row) {
    row = new Row(element);
    rows.set(element, row);
  }
  row.show(data.files);
  return undefined;
}

class Row {
  constructor(element) {
    this.shown = new Map();
    this.shelf = document.createElement("div");
    this.shelf.className = "shelf";
    this.told = document.createElement("div");
    this.told.setAttribute("role", "status");
    this.told.ariaAtomic = "false"; // only the line that changes is read out
    element.replaceChildren(this.shelf, this.told);
  }

  /** Show these files; button and line of one that stays are kept, and with them a press under way. */
  show(files) {
    const names = new Set(files.map(({ name }) => name));
    for (const [name, { button, line }] of this.shown) {
      if (!names.has(name)) {
        button.remove();
        line.remove();
        this.shown.delete(name);
      }
    }
    for (const [place, file] of files.entries()) {
      if (!this.shown.has(file.name)) {
        this.shown.set(file.name, { button: document.createElement("button"), line: document.createElement("p") });
      }
      const { button, line } = this.shown.get(file.name);
      button.type = "button";
      button.textContent = file.label;
      button.onclick = () => fetchFile(file, button, line);
      put(button, this.shelf, place);
      put(line, this.told, place);
    }
  }
}

/** Bring an element to its place; one that is there already is not moved, since that takes the focus or has a line read out again. */
function put(element, parent, place) {
  const there = parent.children[place];
  if (there !== element) parent.insertBefore(element, there ?? null);
}

/** Fetch a file, and say on its line how it fares. */
async function fetchFile(file, button, line) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  tell(line, `Making: ${file.label} …`);
  try {
    const answer = await fetch(file.href, { cache: "no-store" });
    if (answer.ok) {
      save(await answer.blob(), file.name);
      tell(line, `Saved as ${file.name}.`);
    } else {
      tell(line, `${file.label} could not be made. ${await answer.text()}`, true);
    }
  } catch {
    tell(line, `${file.label} could not be fetched. ${UNREACHED}`, true);
  } finally {
    button.ariaBusy = "false";
  }
}

function tell(line, words, failed = false) {
  line.textContent = words;
  line.classList.toggle("failed", failed);
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
