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
    this.buttons = new Map();
    this.lines = new Map();
    this.shelf = document.createElement("div");
    this.shelf.className = "shelf";
    this.told = document.createElement("div");
    this.told.setAttribute("role", "status");
    element.replaceChildren(this.shelf, this.told);
  }

  /** Show these files; the button of one that stays is kept, and with it a press under way. */
  show(files) {
    const names = new Set(files.map(({ name }) => name));
    for (const [name, button] of this.buttons) {
      if (!names.has(name)) {
        button.remove();
        this.buttons.delete(name);
        this.lines.get(name)?.remove();
        this.lines.delete(name);
      }
    }
    for (const file of files) {
      let button = this.buttons.get(file.name);
      if (!button) {
        button = document.createElement("button");
        button.type = "button";
        this.buttons.set(file.name, button);
      }
      button.textContent = file.label;
      button.onclick = () => this.fetch(file, button);
      this.shelf.append(button);
    }
  }

  async fetch(file, button) {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    this.tell(file, `Making: ${file.label} …`);
    try {
      const answer = await fetch(file.href, { cache: "no-store" });
      if (answer.ok) {
        save(await answer.blob(), file.name);
        this.tell(file, `Saved as ${file.name}.`);
      } else {
        this.tell(file, `${file.label} could not be made. ${await answer.text()}`, true);
      }
    } catch {
      this.tell(file, `${file.label} could not be fetched. ${UNREACHED}`, true);
    } finally {
      button.ariaBusy = "false";
    }
  }

  /** Say how a file fares, on a line of its own: how another one fared stays. */
  tell({ name }, words, failed = false) {
    let line = this.lines.get(name);
    if (!line) {
      line = document.createElement("p");
      this.lines.set(name, line);
    }
    line.textContent = words;
    line.classList.toggle("failed", failed);
    this.told.append(line);
  }
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
