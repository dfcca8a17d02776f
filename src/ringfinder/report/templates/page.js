"use strict";
document.getElementById("lang").addEventListener("click", () => {
  const root = document.documentElement;
  const next = root.dataset.lang === "zh" ? "en" : "zh";
  root.dataset.lang = next;
  root.lang = next === "zh" ? "zh-CN" : "en";
});
const table = document.getElementById("rings");
if (table) {
  const body = table.tBodies[0];
  document.getElementById("filter").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const row of body.rows) row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
  });
  table.tHead.addEventListener("click", (event) => {
    const head = event.target.closest("th");
    if (!head) return;
    const place = head.cellIndex;
    const rising = head.dataset.rising !== "true";
    for (const other of table.tHead.rows[0].cells) delete other.dataset.rising;
    head.dataset.rising = String(rising);
    const numeric = head.classList.contains("num");
    const value = (row) => numeric ? Number(row.cells[place].textContent) : row.cells[place].textContent;
    const rows = [...body.rows].sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0));
    if (!rising) rows.reverse();
    body.append(...rows);
  });
}
