// Fast hands do not wait for the network: keys pressed while an answer is on its way are kept and
// struck again, in order, in the field that has the focus when it has come. Escape lets go of them.
const awaited = new Set();
const ahead = [];
const WORKING = ["Enter", "Backspace", "F9"];

export const wait = (name) => awaited.add(name);
export const isAwaited = (name) => awaited.has(name);

/** Nothing is awaited any more, and what was typed ahead of it has lost its meaning. */
export function forget() {
  awaited.clear();
  ahead.length = 0;
}

export function came(name) {
  if (!awaited.delete(name)) return;
  while (ahead.length && !awaited.size) strike(ahead.shift());
}

function strike({ key, ctrlKey }) {
  const field = document.activeElement;
  const down = new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true });
  if (!field.dispatchEvent(down)) return;
  if (key === "Enter") field.click();
  else if (field.matches("input, textarea") && key !== "F9") write(field, key);
}

function write(field, key) {
  if (key === "Backspace") field.value = field.value.slice(0, -1);
  else field.value += key;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function kept(event) {
  if (event.key === "Escape") forget();
  if (!event.isTrusted || !awaited.size || event.altKey || event.metaKey) return;
  const { key, ctrlKey } = event;
  if (!WORKING.includes(key) && (ctrlKey || key.length > 1)) return;
  ahead.push({ key, ctrlKey });
  event.preventDefault();
  event.stopImmediatePropagation();
}

export function typeAhead() {
  document.addEventListener("keydown", kept, true);
}
