// Selecting rows of a list: one box for the page, and how many are chosen. Without this file the
// boxes and buttons work all the same.
export function mass() {
  for (const form of document.querySelectorAll("form[data-mass]")) {
    const boxes = [...form.querySelectorAll('input[name="row"]')];
    const all = form.querySelector("[data-pick-all]");
    const count = form.querySelector("[data-picked]");
    const usual = count?.textContent;
    const show = () => {
      const chosen = boxes.filter((box) => box.checked);
      for (const box of boxes) box.closest("tr").classList.toggle("selected", box.checked);
      all.checked = chosen.length === boxes.length;
      all.indeterminate = chosen.length > 0 && !all.checked;
      if (count) count.textContent = chosen.length ? count.dataset.picked.replace("{n}", chosen.length) : usual;
    };
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      show();
    });
    form.addEventListener("change", (event) => event.target.name === "row" && show());
    show();
  }
}
