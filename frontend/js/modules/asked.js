// Parts of a form that apply only after other answers: <div data-asked='["in",["answer","a-kind","choice"],"new"]'>.
// The condition is worked out as the server does (foundation/forms/expressions.py): what is not
// answered has no value (null). Without scripts every part stays in view with a note that says when
// to answer; the server drops the rest.
const DAY = /^(\d{1,2})[\s./,-]+(\d{1,2})[\s./,-]+(\d{4})$/;
const pad = (number) => String(number).padStart(2, "0");

/** 25/6/2022 -> 2022-06-25, whose order as text is that of the days. */
function day(text) {
  const match = DAY.exec(text.trim());
  if (match) return `${match[3]}-${pad(match[2])}-${pad(match[1])}`;
  return /^\d{4}-\d{2}-\d{2}$/.test(text.trim()) ? text.trim() : null;
}

/** 1.500.000 đồng -> 1500000; 98,5 -> 98.5. */
function number(text) {
  const bare = text.replace(/\s|đồng|đ$/g, "");
  const plain = /^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/.test(bare) ? bare.replaceAll(".", "") : bare;
  return /^[+-]?\d+([.,]\d+)?$/.test(plain) ? Number(plain.replace(",", ".")) : null;
}

function answer(form, name, kind) {
  const controls = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter((control) => !control.closest("[data-asked][hidden]"));
  const boxes = controls.filter((control) => ["checkbox", "radio"].includes(control.type));
  if (kind === "boolean") return boxes.some((box) => box.checked);
  if (kind === "choices") return boxes.filter((box) => box.checked).map((box) => box.value);
  const text = boxes.length ? (boxes.find((box) => box.checked)?.value ?? "") : (controls[0]?.value ?? "");
  if (!text.trim()) return null;
  if (kind === "number" || kind === "money") return number(text);
  return kind === "date" ? day(text) : text;
}

function years(first, last) {
  const [y, m, d] = first.split("-").map(Number);
  const [Y, M, D] = last.split("-").map(Number);
  return Y - y - (M < m || (M === m && D < d) ? 1 : 0);
}

const DAYS = 86400000;
const isDay = (value) => typeof value === "string" && day(value) === value;

function added(sign, left, right) {
  if (isDay(left) && isDay(right)) return (Date.parse(left) - Date.parse(right)) / DAYS;
  if (!isDay(left) && !isDay(right)) return left + sign * right;
  const [from, days] = isDay(left) ? [left, sign * right] : [right, left];
  return new Date(Date.parse(from) + Math.trunc(days) * DAYS).toISOString().slice(0, 10);
}

const RULES = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "+": (a, b) => added(1, a, b),
  "-": (a, b) => added(-1, a, b),
  "*": (a, b) => a * b,
  "/": (a, b) => (b ? a / b : null),
  in: (given, ...values) => [given].flat().some((value) => values.includes(value)),
  not: (value) => !value,
  abs: Math.abs,
  year: (value) => Number(value.slice(0, 4)),
  years,
};

function decided(decisive, parts, form) {
  const known = parts.map((part) => worth(part, form));
  if (known.includes(decisive)) return decisive;
  return known.includes(null) ? null : !decisive;
}

/** The value of a condition as it was sent; null where it has none. */
function worth(rule, form) {
  if (!Array.isArray(rule)) return rule;
  const [mark, ...parts] = rule;
  if (mark === "answer") return answer(form, ...parts);
  if (mark === "day") return parts[0];
  if (mark === "and" || mark === "or") return decided(mark === "or", parts, form);
  const values = parts.map((part) => worth(part, form));
  if (mark === "answered") return values[0] !== null && [values[0]].flat().length > 0;
  return values.includes(null) ? null : RULES[mark](...values);
}

function ask(form) {
  for (const part of form.querySelectorAll("[data-asked]")) part.hidden = worth(JSON.parse(part.dataset.asked), form) !== true;
}

function begin() {
  for (const form of document.querySelectorAll("form:has([data-asked])")) {
    form.querySelectorAll("[data-asked] > [data-asked-note]").forEach((note) => (note.hidden = true));
    ask(form);
  }
}

/** Now, whenever something is typed (also by the script that restores a draft), and in what htmx brings. */
export function asked() {
  document.addEventListener("input", ({ target }) => ask(target.form ?? target), true);
  document.addEventListener("htmx:afterSwap", begin);
  begin();
}
