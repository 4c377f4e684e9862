"use strict";
(() => {
  // What runs is asked for again and again; at its end the page shows what came of it.
  const box = document.getElementById("job");
  const shown = document.getElementById("shown");
  const gone = document.getElementById("gone");
  let unheard = 0;
  const ask = async () => {
    try {
      const answer = await fetch("/job", { cache: "no-store" });
      if (!answer.ok) return;
      const { running, html } = await answer.json();
      if (!running) return location.replace(location.pathname);
      const focused = shown.contains(document.activeElement);
      shown.innerHTML = html;
      if (focused) shown.querySelector("button")?.focus();
      unheard = 0;
    } catch { /* the server may have ended: the page stays as it is, and says so */
      unheard += 1;
    }
    gone.hidden = unheard < 3;
    setTimeout(ask, 600);
  };
  if (box && box.dataset.running) setTimeout(ask, 400);

  const form = document.getElementById("upload");
  if (form) {
    const drop = document.getElementById("drop");
    const input = form.querySelector("input[type=file]");
    const send = () => {
      if (!input.files.length) return;
      if (input.files[0].size > Number(form.dataset.limit)) {
        document.getElementById("chosen").textContent = form.dataset.large;
        drop.classList.add("refused");
        input.value = "";
        return;
      }
      document.getElementById("chosen").textContent = input.files[0].name;
      form.requestSubmit();
    };
    input.addEventListener("change", send);
    form.addEventListener("submit", (event) => {
      if (!form.dataset.lose || confirm(form.dataset.lose)) return;
      event.preventDefault();
      form.reset();
    });
    for (const name of ["dragenter", "dragover"]) {
      drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
    }
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      input.files = event.dataTransfer.files;
      send();
    });
  }

  // One press is one command.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    setTimeout(() => event.target.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
