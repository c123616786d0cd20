"use strict";
(() => {
  const form = document.getElementById("filter");
  const verdict = document.getElementById("filter-verdict");
  const strength = document.getElementById("filter-strength");
  const text = document.getElementById("filter-text");
  const count = document.getElementById("filter-count");
  const bodies = [...document.querySelectorAll("#requirements tbody")];
  const rows = bodies.flatMap((body) => [...body.querySelectorAll("tr[data-verdict]")]);
  const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

  function matches(row) {
    const found = row.dataset.verdict;
    const wanted = verdict.value;
    return (
      (!wanted || (wanted === "other" ? found !== "pass" : found === wanted)) &&
      (!strength.value || row.dataset.strength === strength.value) &&
      words.get(row).includes(text.value.trim().toLowerCase())
    );
  }

  function filter() {
    for (const row of rows) row.hidden = !matches(row);
    for (const body of bodies) body.hidden = !body.querySelector("tr[data-verdict]:not([hidden])");
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = shown + " of " + rows.length + " shown";
  }

  function arrive() {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    if (target.tagName === "DETAILS") target.open = true;
    if (target.hidden) {
      form.reset();
      filter();
      target.scrollIntoView();
    }
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  window.addEventListener("hashchange", arrive);
  window.addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll(".card, .group details")) part.open = true;
  });
  filter();
  arrive();
})();
