// The saved picture: the planes as shown, with pseudonym, position, overlay caption and disclaimer.

import { PLANES } from "./geometry.js";
import { paintColourBar, scaleEnds } from "./legend.js";
import { facts } from "./readout.js";

const LINE = 18;
const EDGE = 10;

/** Make a PNG of the planes on screen and hand it to the browser as a download. */
export async function savePicture(element, view) {
  const picture = compose(element, view);
  const blob = await new Promise((done) => picture.toBlob(done, "image/png"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  const name = `adcore ${view.header.pseudonym} ${view.large} ${view.voxel[PLANES[view.large].axis] + 1}.png`;
  link.download = name.replaceAll(" ", "-");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function compose(element, view) {
  const stage = element.querySelector(".stage").getBoundingClientRect();
  const scale = window.devicePixelRatio || 1;
  const lines = wrap(wordsOf(view), stage.width - 2 * EDGE);
  const bar = view.overlay() ? LINE : 0;
  const picture = document.createElement("canvas");
  picture.width = Math.round(stage.width * scale);
  picture.height = Math.round((stage.height + LINE * lines.length + bar + 2 * EDGE) * scale);
  const context = picture.getContext("2d", { alpha: false });
  context.scale(scale, scale);
  context.fillStyle = "#0b0f14";
  context.fillRect(0, 0, picture.width, picture.height);
  for (const pane of element.querySelectorAll(".stage canvas")) {
    const box = pane.getBoundingClientRect();
    if (box.width) context.drawImage(pane, box.left - stage.left, box.top - stage.top, box.width, box.height);
  }
  context.fillStyle = "#f4f6f8";
  context.textBaseline = "middle";
  let y = stage.height + EDGE + LINE / 2;
  if (bar) {
    writeBar(context, view, y);
    y += LINE;
  }
  for (const { text, font } of lines) {
    context.font = font;
    context.fillText(text, EDGE, y);
    y += LINE;
  }
  return picture;
}

/** The lines under the planes. */
function wordsOf(view) {
  const { header } = view;
  const convention = view.radiological ? "Radiological: the patient's right is on the left." : "Neurological: the patient's left is on the left.";
  const place = facts(view, view.voxel).map(([name, value]) => `${name} ${value}`);
  const own = header.resampled ? "Resampled into the visits’ common space." : "The file’s own slices.";
  const planes = header.to_volume ? "Resliced along the networks’ coronal slices." : own;
  const words = [
    `${header.synthetic ? "Synthetic patient" : "Patient"} ${header.pseudonym}. ${header.sides_known ? convention : "The file does not define left and right."} ${planes}`,
    `Crosshair: ${place.join("; ")}`,
  ];
  if (view.overlay()) words.push(view.chosen().caption);
  return [...words.map((text) => ({ text, font: "13px system-ui, sans-serif" })), { text: header.disclaimer, font: "600 13px system-ui, sans-serif" }];
}

function wrap(words, width) {
  const context = document.createElement("canvas").getContext("2d");
  return words.flatMap(({ text, font }) => {
    context.font = font;
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = `${lines.at(-1)} ${word}`.trim();
      if (context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines.map((line) => ({ text: line, font }));
  });
}

function writeBar(context, view, y) {
  const map = view.chosen();
  const ends = scaleEnds(map);
  const bar = Object.assign(document.createElement("canvas"), { width: 256, height: 1 });
  paintColourBar(bar, view.colours());
  context.font = "13px system-ui, sans-serif";
  const label = `${map.label}   ${ends.low} `;
  context.fillText(label, EDGE, y);
  const left = EDGE + context.measureText(label).width;
  context.drawImage(bar, left, y - 5, 160, 10);
  context.fillText(` ${ends.high}`, left + 160, y);
}
