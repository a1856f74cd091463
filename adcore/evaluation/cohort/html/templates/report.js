// Sorts a table by the column whose heading is pressed: numbers as numbers, what is empty last.
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const heading = button.closest("th");
    const body = heading.closest("table").tBodies[0];
    const place = [...heading.parentNode.children].indexOf(heading);
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of heading.parentNode.children) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const text = (row) => row.cells[place].textContent.trim();
    const compare = (one, other) => {
      const [a, b] = [text(one), text(other)];
      if (!a || !b) return Number(!a) - Number(!b);
      return (down ? -1 : 1) * a.localeCompare(b, "en", { numeric: true });
    };
    body.append(...[...body.rows].sort(compare));
  });
}
// Charts are drawn while the page is still being read, and in closed parts: they take their place's width afterwards.
const fit = (part) => {
  for (const chart of part.querySelectorAll(".js-plotly-plot")) {
    if (chart.offsetWidth) window.Plotly.Plots.resize(chart);
  }
};
fit(document);
for (const part of document.querySelectorAll("details")) part.addEventListener("toggle", () => fit(part));
