"use strict";
(() => {
  const root = document.documentElement;
  const tip = document.getElementById("tip");

  const theme = document.getElementById("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  // Read-outs: one text of an element, one of equal parts of its width, or a cell of a matrix.
  const share = (element, x) => {
    const box = element.getBoundingClientRect();
    const from = Number(element.dataset.from || 0);
    const to = Number(element.dataset.to || 1);
    return ((x - box.left) / box.width - from) / (to - from);
  };
  const part = (share, count) => (share >= 0 && share < 1 ? Math.floor(share * count) : -1);
  const readCell = (element, event) => {
    const names = JSON.parse(element.dataset.names);
    const rows = element.dataset.rows ? JSON.parse(element.dataset.rows) : names;
    const box = element.getBoundingClientRect();
    const column = part(share(element, event.clientX), names.length);
    const row = part((event.clientY - box.top) / box.height / Number(element.dataset.floor || 1), rows.length);
    if (column < 0 || row < 0) return "";
    const value = element.dataset.values.split(" ")[row * names.length + column];
    const between = element.dataset.rows ? ", " : " × ";
    return `${rows[row]}${between}${names[column]}: ${value === "-" ? "–" : (value / 100).toFixed(2)}`;
  };
  const read = (event) => {
    const element = event.target.closest && event.target.closest("[data-tip], [data-tips], [data-values]");
    if (!element) return "";
    if (element.dataset.tip) return element.dataset.tip;
    if (element.dataset.values) return readCell(element, event);
    const tips = JSON.parse(element.dataset.tips);
    return tips[part(share(element, event.clientX), tips.length)] || "";
  };
  const show = (event) => {
    const said = read(event);
    tip.hidden = !said;
    if (!said) return;
    tip.textContent = said;
    const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const above = event.clientY - tip.offsetHeight - 12;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${above > 4 ? above : event.clientY + 18}px`;
  };
  document.addEventListener("pointermove", show);
  document.addEventListener("pointerdown", show);
  document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });

  // Cards of columns: found by name, and put in order; the page of a series has none.
  const shown = document.getElementById("cards");
  if (shown) {
    const folded = document.getElementById("more-cards");
    const details = document.getElementById("folded");
    const find = document.getElementById("find");
    const order = document.getElementById("order");
    const cards = [...document.querySelectorAll(".card")];
    const open = shown.children.length;
    document.querySelector(".controls").hidden = false;
    const arrange = () => {
      const wanted = find.value.trim().toLowerCase();
      cards.sort((a, b) => a.dataset[order.value] - b.dataset[order.value]);
      const hits = cards.filter((card) => card.dataset.name.toLowerCase().includes(wanted));
      cards.forEach((card) => { card.hidden = !hits.includes(card); });
      shown.append(...hits.slice(0, wanted ? hits.length : open));
      if (folded) {
        folded.append(...cards.filter((card) => card.hidden), ...hits.slice(wanted ? hits.length : open));
        details.hidden = Boolean(wanted);
      }
      document.getElementById("nothing").hidden = hits.length > 0;
      document.getElementById("found").textContent = wanted ? `${hits.length} / ${cards.length}` : "";
    };
    find.addEventListener("input", arrange);
    order.addEventListener("change", arrange);
  }

  // Paper shows all scores, and as many columns as the screen.
  const folds = document.querySelectorAll("details:not(#folded)");
  addEventListener("beforeprint", () => folds.forEach((fold) => {
    fold.dataset.was = fold.open;
    fold.open = true;
  }));
  addEventListener("afterprint", () => folds.forEach((fold) => { fold.open = fold.dataset.was === "true"; }));
})();
