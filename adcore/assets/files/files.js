// Buttons that each fetch a file for the browser to save. Streamlit is not involved, so a rerun of the page loses no press.

const UNREACHED = "The program did not answer. Press the button again; if the error persists, reload the page.";

const rows = new WeakMap();

/** Streamlit calls this once and again on every change of data or theme, so the state is kept per element. */
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
    this.element = element;
    element.replaceChildren();
  }

  /** Show these files; a file that stays keeps its button and line, and with them a download under way. */
  show(files) {
    const names = new Set(files.map(({ name }) => name));
    for (const [name, { item }] of this.shown) {
      if (!names.has(name)) {
        item.remove();
        this.shown.delete(name);
      }
    }
    for (const [place, file] of files.entries()) {
      if (!this.shown.has(file.name)) this.shown.set(file.name, newItem());
      const { item, button, line } = this.shown.get(file.name);
      button.textContent = file.label;
      button.onclick = () => fetchFile(file, button, line);
      put(item, this.element, place);
    }
  }
}

/** A button with the line beside it that says how its file fares; only that line is read out when it changes. */
function newItem() {
  const [item, button, line] = ["div", "button", "p"].map((name) => document.createElement(name));
  item.className = "file";
  button.type = "button";
  line.setAttribute("role", "status");
  item.append(button, line);
  return { item, button, line };
}

/** Put an element in its place; one already there is not moved, which would take the focus or announce a line again. */
function put(element, parent, place) {
  const there = parent.children[place];
  if (there !== element) parent.insertBefore(element, there ?? null);
}

/** Fetch a file, and report its progress on its line. */
async function fetchFile(file, button, line) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  report(line, `Making: ${file.label} …`);
  try {
    const answer = await fetch(file.href, { cache: "no-store" });
    if (answer.ok) {
      save(await answer.blob(), file.name);
      report(line, `Saved as ${file.name}.`);
      if (/\.(pdf|json)$/.test(file.name)) notesExported();
    } else {
      report(line, `${file.label} could not be made. ${await answer.text()}`, true);
    }
  } catch {
    report(line, `${file.label} could not be fetched. ${UNREACHED}`, true);
  } finally {
    button.ariaBusy = "false";
  }
}

/** A report and a result hold the saved notes: leaving loses none any more, and Python marks what comes later anew. */
function notesExported() {
  for (const mark of document.querySelectorAll('[data-unsaved="note"]')) mark.removeAttribute("data-unsaved");
}

function report(line, words, failed = false) {
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
