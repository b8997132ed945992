// A form with data-autosave="/url/" is posted a moment after typing stops. When the server cannot
// be reached the text stays in this tab's storage (gone with the tab: the computer may be shared)
// and is sent again when the connection returns.
import { clock, words } from "./words.js";

const PAUSE = 1500;
const RETRY = 20000;

class Draft {
  constructor(form) {
    this.form = form;
    this.key = `draft:${location.pathname}:${form.dataset.autosave}`;
    this.status = form.querySelector("[data-autosave-status]");
    this.status?.setAttribute("role", "status");
    this.restore();
    form.addEventListener("input", () => this.later(PAUSE));
    form.addEventListener("submit", () => this.stop());
    addEventListener("online", () => this.form.dataset.dirty && this.later(0));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.form.dataset.dirty) this.keep();
    });
  }

  say(text) {
    if (this.status) this.status.textContent = text;
  }

  later(wait) {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.save(), wait);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    sessionStorage.removeItem(this.key);
  }

  content() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  }

  async save() {
    this.say(words.saving);
    delete this.form.dataset.dirty;
    const options = { method: "POST", body: this.content(), headers: { "X-Autosave": "1", Accept: "application/json" }, redirect: "manual" };
    try {
      this.answered(await fetch(this.form.dataset.autosave, options));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch says TypeError when the network failed
      this.failed(words.kept, RETRY);
    }
  }

  async answered(response) {
    if (response.ok) {
      const json = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
      sessionStorage.removeItem(this.key);
      this.say(words.saved(json.saved_at ?? clock()));
    } else if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
      this.failed(words.expired, 0);
    } else {
      this.failed(words.kept, RETRY);
    }
  }

  failed(text, retry) {
    this.form.dataset.dirty = "1";
    this.keep();
    this.say(text);
    if (retry) this.later(retry);
  }

  keep() {
    const pairs = [...this.content()].filter(([name]) => name !== "csrfmiddlewaretoken");
    sessionStorage.setItem(this.key, JSON.stringify(pairs));
  }

  restore() {
    const kept = sessionStorage.getItem(this.key);
    if (!kept) return;
    for (const [name, value] of JSON.parse(kept)) fill(this.form.elements[name], value);
    this.form.dataset.dirty = "1";
    this.say(words.restored);
    this.later(PAUSE);
  }
}

function fill(control, value) {
  if (!control) return;
  const group = control instanceof RadioNodeList ? [...control] : [control];
  for (const item of group) {
    if (item.type === "checkbox" || item.type === "radio") item.checked ||= item.value === value;
    else if (item.type !== "hidden" && item.type !== "file") item.value = value;
  }
}

export function autosave() {
  document.querySelectorAll("form[data-autosave]").forEach((form) => new Draft(form));
}
