// Forms that are not sent twice, warn before work is lost, and help with dates and files.
import { fileSize, words } from "./words.js";
import { toast } from "./toast.js";

/** A second press does nothing until the answer comes; coming back by "back" frees the form. */
export function submitOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    event.submitter?.classList.add("busy");
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
}

export function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll(".busy").forEach((button) => button.classList.remove("busy"));
}

/** `form.dataset.dirty` is set while something typed is nowhere but here. */
export function guard() {
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-guard], [data-autosave]")) form.dataset.dirty = "1";
  });
  document.addEventListener("submit", (event) => delete event.target.dataset.dirty);
  addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
  });
}

/** "25062022" typed into a date field becomes "25/06/2022" when it is left. */
export function dates() {
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!field.matches("[data-date]")) return;
    const digits = /^(\d{2})(\d{2})(\d{4})$/.exec(field.value.trim());
    if (digits) field.value = digits.slice(1).join("/");
  });
}

function tooLarge(input) {
  const limit = Number(input.dataset.maxBytes || 0);
  return [...input.files].find((file) => limit && file.size > limit);
}

/** What was said of the file before this one. */
function forgetRefusal(input) {
  document.getElementById(`${input.id}_error`)?.remove();
  input.removeAttribute("aria-invalid");
  const line = document.querySelector(`.error-summary a[href="#${input.id}"]`)?.closest("li");
  const summary = line?.closest(".error-summary");
  line?.remove();
  if (summary && !summary.querySelector("li")) summary.remove();
}

function showFiles(input) {
  forgetRefusal(input);
  const list = (input.closest(".upload") ?? input.form).querySelector("[data-upload-list]");
  const large = tooLarge(input);
  input.setCustomValidity(large ? words.large(large.name, fileSize(Number(input.dataset.maxBytes))) : "");
  const lines = [...input.files].map((file) => Object.assign(document.createElement("li"), { textContent: `${file.name} (${fileSize(file.size)})` }));
  if (large) lines.push(Object.assign(document.createElement("li"), { className: "field-error", textContent: input.validationMessage }));
  if (large) input.setAttribute("aria-invalid", "true");
  list?.replaceChildren(...lines);
}

function send(form, submitter) {
  const meter = form.querySelector("[data-upload-progress]");
  const request = new XMLHttpRequest();
  request.open("POST", form.action || location.href);
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    if (!meter || !total) return;
    meter.hidden = false;
    meter.querySelector("progress").value = (100 * loaded) / total;
    meter.querySelector("output").textContent = words.sending(Math.round((100 * loaded) / total));
  });
  request.addEventListener("load", () => {
    history.replaceState(null, "", request.responseURL);
    document.open();
    document.write(request.responseText);
    document.close();
  });
  request.addEventListener("error", () => {
    release(form);
    if (meter) meter.hidden = true;
    toast(words.broken, "bad");
  });
  request.send(new FormData(form, submitter));
}

export function uploads() {
  document.addEventListener("change", (event) => {
    if (event.target.matches('input[type="file"]')) showFiles(event.target);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const files = [...form.querySelectorAll('input[type="file"]')];
    const large = files.find((input) => tooLarge(input));
    if (large) {
      event.preventDefault();
      release(form);
      large.focus();
      return;
    }
    if (!form.matches("[data-uploads]") || event.defaultPrevented || !files.some((input) => input.files.length)) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}
