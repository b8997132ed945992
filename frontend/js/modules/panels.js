// Dialogs, drop-down menus and two-step confirmations: all work without this file, better with it.
function closeOthers(open) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== open) menu.open = false;
}

export function panels() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.dialog)?.showModal();
    }
    const closer = event.target.closest("[data-close]");
    if (closer && closer.closest("dialog")?.open) {
      event.preventDefault();
      closer.closest("dialog").close();
    }
    if (event.target instanceof HTMLDialogElement) event.target.close(); // the backdrop
    closeOthers(event.target.closest("details.menu"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const panel = event.target.closest?.("details.menu[open], details.confirm[open]");
    if (!panel) return;
    panel.open = false;
    panel.querySelector("summary").focus();
  });
}
