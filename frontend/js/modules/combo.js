// A search field with a list below it (data-combo): arrows move, Enter takes, number keys take the
// usual ones while nothing is typed. The list is filled by htmx; every option is a plain button.
import { came, forget, isAwaited, typeAhead, wait } from "./type-ahead.js";

const asked = new WeakMap();
const optionsOf = (input) => [...(document.getElementById(input.getAttribute("aria-controls"))?.querySelectorAll("[role=option]") ?? [])];
const activeOf = (input) => optionsOf(input).find((option) => option.getAttribute("aria-selected") === "true");

function activate(input, option) {
  for (const other of optionsOf(input)) other.setAttribute("aria-selected", String(other === option));
  if (!option) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function move(input, step) {
  const options = optionsOf(input);
  if (!options.length) return;
  const at = options.indexOf(activeOf(input));
  activate(input, options[(at + step + options.length) % options.length]);
}

/** Take an answer: the next field has the focus at once; the part it changes comes from the server. */
function take(input, option) {
  wait(option.getAttribute("hx-target"));
  option.click();
  if (option.hasAttribute("data-stay")) return;
  (document.querySelector(input.dataset.next) ?? document.querySelector("#send"))?.focus();
}

function enter(input) {
  const option = activeOf(input) ?? optionsOf(input)[0];
  if (input.dataset.waiting) wait(input.id); // the answer is on its way: it decides
  else if (option) take(input, option);
}

function pressed(event) {
  const input = event.target;
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || !input.matches?.("[data-combo]")) return;
  const shortcut = input.hasAttribute("data-digits") && !input.value && optionsOf(input).find((option) => option.dataset.digit === event.key);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(input, event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter") enter(input);
  else if (shortcut) take(input, shortcut);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** One tab stop for the whole list, as arrows move in it; without scripts every option is one. */
function settle(list) {
  for (const option of list.querySelectorAll("[role=option]")) option.tabIndex = -1;
}

/** New answers: the first is ready to be taken; an Enter pressed too early takes an only answer (to
 * write somebody down, when nobody is like it), and among several nothing is taken blindly. */
function arrived(list) {
  const input = document.querySelector(`[data-combo][aria-controls="${list.id}"]`);
  settle(list);
  if (!input) return;
  delete input.dataset.waiting;
  const options = optionsOf(input);
  activate(input, input.value ? options[0] : undefined);
  const sure = options.filter((option) => !option.hasAttribute("data-stay"));
  if (!isAwaited(input.id)) return;
  const [only, another] = sure.length ? sure : options;
  if (only && !another) take(input, only);
  else forget();
  came(input.id);
}

export function combos() {
  typeAhead();
  document.addEventListener("keydown", pressed, true);
  document.addEventListener("input", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-combo]") || input.value === (asked.get(input) ?? input.defaultValue)) return;
    asked.set(input, input.value); // htmx asks only when the text has changed
    input.dataset.waiting = "1";
  });
  document.addEventListener("htmx:load", (event) => event.detail.elt.querySelectorAll("[role=listbox]").forEach(settle));
  // Not at afterSwap: until it has settled htmx may still move the focus, and its buttons are deaf.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.getAttribute("role") === "listbox") arrived(event.detail.target);
    else came(`#${event.detail.target.id}`);
  });
  for (const name of ["htmx:sendError", "htmx:responseError"]) document.addEventListener(name, forget);
}
