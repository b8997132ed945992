// Officials' keyboard: / search, ? help, g + letter goes, j/k in tables, letters press data-key.
// At the counter the cursor always stands in a field: there F2, F4, F9 press data-fkey.
import { wait } from "./type-ahead.js";

const GO_WAIT = 1200;
let goUntil = 0;

const typing = (element) => element.isContentEditable || element.matches("input, textarea, select");
const visible = (element) => element.getClientRects().length > 0;

function press(selector) {
  const element = [...document.querySelectorAll(selector)].find(visible);
  if (!element) return false;
  if (element.matches("input, textarea, select")) element.focus();
  else {
    if (element.hasAttribute("hx-target")) wait(element.getAttribute("hx-target"));
    element.click();
  }
  return true;
}

function move(step) {
  const rows = [...document.querySelectorAll("table[data-rows] tbody tr")].filter((row) => visible(row) && row.querySelector("a, button"));
  if (!rows.length) return false;
  const now = rows.findIndex((row) => row.classList.contains("selected"));
  const next = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
  rows[now]?.classList.remove("selected");
  next.classList.add("selected");
  next.querySelector("a, button").focus();
  return true;
}

function act(key) {
  if (Date.now() < goUntil) {
    goUntil = 0;
    return press(`a[data-go="${CSS.escape(key)}"]`);
  }
  if (key === "/") return press("[data-command]");
  if (key === "?") return press('[data-dialog="keys"]');
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  if (key === "g") {
    goUntil = Date.now() + GO_WAIT;
    return true;
  }
  return press(`[data-key="${CSS.escape(key)}"]`);
}

export function keys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (/^F\d$/.test(event.key) && press(`[data-fkey="${event.key}"]`)) return event.preventDefault();
    const asks = event.key === "?" && event.target.matches("[data-combo]") && !event.target.value;
    if (typing(event.target) && !asks) return;
    if (event.key.length === 1 && act(event.key)) event.preventDefault();
  });
}

/** Counter forms: Enter goes on to the next field, Ctrl+Enter sends. */
export function formKeys() {
  document.addEventListener("keydown", (event) => {
    const form = event.target.form;
    if (event.key !== "Enter" || event.isComposing || !form?.matches("[data-keys]")) return;
    if (event.ctrlKey) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.target.matches("input, select")) {
      event.preventDefault();
      const fields = [...form.elements].filter((field) => field.matches("input, select, textarea, button") && !field.disabled && visible(field));
      fields[fields.indexOf(event.target) + 1]?.focus();
    }
  });
}
