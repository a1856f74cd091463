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
    this.shelf = document.createElement("div");
    this.shelf.className = "shelf";
    this.told = document.createElement("p");
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
    this.tell(`Making: ${file.label} …`);
    try {
      const answer = await fetch(file.href, { cache: "no-store" });
      if (answer.ok) {
        save(await answer.blob(), file.name);
        this.tell(`Saved as ${file.name}.`);
      } else {
        this.tell(`${file.label} could not be made. ${await answer.text()}`, true);
      }
    } catch {
      this.tell(`${file.label} could not be fetched. ${UNREACHED}`, true);
    } finally {
      button.ariaBusy = "false";
    }
  }

  tell(words, failed = false) {
    this.told.textContent = words;
    this.told.classList.toggle("failed", failed);
  }
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
