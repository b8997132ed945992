// A short message in the corner, read out by screen readers.
export function toast(text, tone = "info") {
  const place = document.getElementById("toasts");
  if (!place) return;
  const note = Object.assign(document.createElement("div"), { className: "toast-note", textContent: text });
  note.dataset.tone = tone;
  place.append(note);
  setTimeout(() => note.remove(), 8000);
}

export function copying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.querySelector("[data-copy-word]").textContent = button.dataset.copied;
  });
  for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = !navigator.clipboard;
}
