// A chosen file is sent at once and the list of papers comes back with it. Without scripts the
// button beside the control does the same.
import { toast } from "./toast.js";
import { words } from "./words.js";

function replace(list, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById(list.id);
  if (!fresh) return location.reload(); // signed out, or the draft is gone: the server says which
  list.replaceChildren(...fresh.childNodes);
  list.querySelector(".error-summary")?.focus();
}

function send(input) {
  const { form } = input;
  const list = form.closest("[data-papers]");
  const meter = form.querySelector("[data-upload-progress]");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    meter.hidden = false;
    meter.querySelector("progress").value = (100 * loaded) / total;
    meter.querySelector("output").textContent = words.sending(Math.round((100 * loaded) / total));
  });
  request.addEventListener("load", () => {
    replace(list, request.responseText);
    document.getElementById(input.id)?.focus();
  });
  request.addEventListener("error", () => {
    meter.hidden = true;
    toast(words.broken, "bad");
  });
  request.send(new FormData(form));
}

export function papers() {
  const place = document.querySelector("[data-papers]");
  if (!place) return;
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type === "file" && input.closest("[data-papers]") && input.files.length && input.checkValidity()) send(input);
  });
  place.dataset.papers = "now"; // the buttons are only for who has no scripts
}
