"use strict";
const root = document.documentElement;
const remembered = { get() { try { return localStorage.getItem("ringfinder-lang"); } catch { return null; } }, set(lang) { try { localStorage.setItem("ringfinder-lang", lang); } catch { /* a page from a file may not remember */ } } };
const speak = (lang) => { root.dataset.lang = lang; root.lang = lang === "zh" ? "zh-CN" : "en"; };
const toggle = document.getElementById("lang");
if (!toggle.hidden) speak(remembered.get() ?? (navigator.language.startsWith("zh") ? "zh" : "en"));
toggle.addEventListener("click", () => {
  const next = root.dataset.lang === "zh" ? "en" : "zh";
  speak(next);
  remembered.set(next);
});

const open = (node) => { for (let at = node; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true; };
const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) { open(target); target.scrollIntoView(); }
};
addEventListener("hashchange", reveal);
addEventListener("beforeprint", () => { for (const one of document.querySelectorAll("details")) one.open = true; });
reveal();

const table = document.getElementById("rings");
if (table) {
  const body = table.tBodies[0];
  const [filter, tier, shown] = ["filter", "tier", "shown"].map((id) => document.getElementById(id));
  document.getElementById("tools").hidden = false;
  const narrow = () => {
    const wanted = filter.value.trim().toLowerCase();
    let count = 0;
    for (const row of body.rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted) || (tier.value !== "" && row.dataset.tier !== tier.value);
      if (!row.hidden) count += 1;
    }
    shown.textContent = `${count} / ${body.rows.length}`;
  };
  filter.addEventListener("input", narrow);
  tier.addEventListener("change", narrow);
  narrow();

  const heads = [...table.tHead.rows[0].cells];
  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const numeric = head.classList.contains("num");
      const falling = head.ariaSort ? head.ariaSort === "ascending" : numeric;
      for (const other of heads) other.ariaSort = null;
      head.ariaSort = falling ? "descending" : "ascending";
      const text = (row) => row.cells[head.cellIndex].textContent.trim();
      const number = (row) => Number(text(row).replaceAll(",", "") || "NaN");
      const order = numeric ? (a, b) => (number(a) || 0) - (number(b) || 0) : (a, b) => text(a).localeCompare(text(b));
      const rows = [...body.rows].sort(order);
      body.append(...(falling ? rows.reverse() : rows));
    });
  }
}
