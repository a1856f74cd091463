// The table under the planes: each network's positive saliency by structure; a button goes to each structure.

const percent = (share) => (share === undefined ? "–" : `${(100 * share).toFixed(1)}%`);
const millilitres = (value) => (value === undefined ? "–" : value.toFixed(1));

/** (left - right) / (left + right), signed, in percent. */
function asymmetry(left, right) {
  if (left === undefined || right === undefined || left + right === 0) return "–";
  const value = (100 * (left - right)) / (left + right);
  return `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(0)}%`;
}

export class RegionTable {
  /** @param {HTMLDetailsElement} element hidden until a payload brings regions. */
  constructor(element, view) {
    this.element = element;
    this.view = view;
  }

  fill(header) {
    const { regions } = header;
    this.element.hidden = !regions;
    const filled = `${header.key} ${header.planes}`; // the places are those of the grid
    if (!regions || this.filled === filled) return;
    this.filled = filled;
    const outside = regions.networks.map(({ label, outside }) => `${label} ${outside === null ? "none" : percent(outside)}`);
    this.element.innerHTML = `
      <summary>Regions. Positive saliency outside the brain: ${outside.join(", ") || "no map"}</summary>
      <p>Share of each network's positive saliency by structure. A cell of the map is larger than a hippocampus; its saliency is
        divided evenly among the structures beneath it. Asymmetry is (left − right) / (left + right). Click a side to go to the
        centre of the structure.</p>
      <div class="scroll" tabindex="0" role="group" aria-label="Table of regions"><table>${head(regions, header.sides_known)}<tbody></tbody></table></div>`;
    this.element.querySelector("tbody").append(...regions.kinds.map((kind) => this.row(kind, regions)));
  }

  row({ kind, structures }, { networks }) {
    const row = document.createElement("tr");
    const name = document.createElement("th");
    name.scope = "row";
    name.append(kind[0].toUpperCase() + kind.slice(1), " ", ...structures.map((structure) => this.button(kind, structure)));
    const bySide = Object.fromEntries(structures.map((structure) => [structure.side, structure]));
    const { left, right, midline } = bySide;
    const cells = networks.flatMap(({ name, outside }) => {
      const share = (structure) => (structure && outside !== null ? (structure.shares[name] ?? 0) : undefined);
      return midline
        ? [[percent(share(midline)), 3]]
        : [[percent(share(left))], [percent(share(right))], [asymmetry(share(left), share(right))]];
    });
    cells.push(...(midline ? [[millilitres(midline.ml), 3]] : [[millilitres(left?.ml)], [millilitres(right?.ml)], [asymmetry(left?.ml, right?.ml)]]));
    row.append(name, ...cells.map(([text, span = 1]) => Object.assign(document.createElement("td"), { textContent: text, colSpan: span })));
    return row;
  }

  button(kind, { side, label, voxel }) {
    const button = document.createElement("button");
    const sided = side !== "midline" && this.view.header.sides_known;
    Object.assign(button, { type: "button", textContent: sided ? side : "go" });
    button.dataset.label = label;
    button.setAttribute("aria-label", `Go to the ${sided ? `${side} ` : ""}${kind}`);
    button.addEventListener("click", () => this.goTo(label, voxel));
    return button;
  }

  /** Go to a structure that the page names beside the viewer; a side it doesn't have is the midline. */
  goToNamed(kind, side) {
    const structures = this.view.header?.regions?.kinds.find((each) => each.kind === kind)?.structures ?? [];
    const found = structures.find((each) => each.side === side) ?? structures[0];
    if (found) this.goTo(found.label, found.voxel);
  }

  goTo(label, voxel) {
    this.view.region = this.view.region === label ? 0 : label; // a second click takes the outline away
    this.view.goTo(voxel);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const stage = this.element.getRootNode().querySelector(".stage");
    stage.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }

  /** Mark the region that is outlined. */
  show() {
    for (const button of this.element.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.label) === this.view.region));
    }
  }
}

function head({ networks }, sidesKnown) {
  const groups = [...networks.map(({ label }) => label), "Volume, ml"];
  const sides = sidesKnown ? ["left", "right"] : ["one side", "other side"];
  const under = groups.flatMap(() => [...sides, "asymmetry"]);
  return `<thead>
    <tr><th rowspan="2" scope="col">Region</th>${groups.map((group) => `<th colspan="3" scope="colgroup">${group}</th>`).join("")}</tr>
    <tr>${under.map((name) => `<th scope="col">${name}</th>`).join("")}</tr></thead>`;
}
