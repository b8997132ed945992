// A form with data-autosave="/url/" is posted a moment after typing stops. What the server has not
// taken yet stays in this tab's storage (gone with the tab: the computer may be shared), under the
// account that typed it, and is sent again when the connection or the session returns.
import { clock, words } from "./words.js";

const PAUSE = 1500;
const RETRY = 20000;
const KEPT = "draft:";
const account = () => document.body.dataset.account ?? "";
const keyOf = (url) => `${KEPT}${account()}:${url}`;

/** Throw away what was kept for other accounts (for all, with no `mine`). */
function forgetOthers(mine) {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(KEPT) && !(mine && key.startsWith(mine))) sessionStorage.removeItem(key);
  }
}

/** The key of the forms changes when its person signs in again, perhaps in another tab. */
function freshToken(form) {
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
  const field = form.elements.csrfmiddlewaretoken;
  if (token && field) field.value = token[1];
}

class Draft {
  constructor(form) {
    this.form = form;
    this.key = keyOf(form.dataset.autosave);
    this.status = form.querySelector("[data-autosave-status]");
    this.status?.setAttribute("role", "status");
    this.restore();
    form.addEventListener("input", () => this.later(PAUSE));
    form.addEventListener("submit", () => this.leave());
    addEventListener("pageshow", (event) => event.persisted && this.comeBack());
    addEventListener("online", () => this.form.dataset.dirty && this.later(0));
    document.addEventListener("visibilitychange", () => {
      if (!this.form.dataset.dirty) return;
      if (document.visibilityState === "hidden") this.keep();
      else this.later(0);
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
  }

  /** The copy stays until the page of the next step says that the server has it. */
  leave() {
    this.stop();
    freshToken(this.form);
    this.keep("sent");
  }

  comeBack() {
    this.stopped = false;
    if (sessionStorage.getItem(this.key)) this.form.dataset.dirty = "1";
  }

  content() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  }

  pairs() {
    return [...this.content()].filter(([name]) => name !== "csrfmiddlewaretoken");
  }

  async save() {
    this.say(words.saving);
    delete this.form.dataset.dirty;
    freshToken(this.form);
    const sent = JSON.stringify(this.pairs());
    const options = { method: "POST", body: this.content(), headers: { "X-Autosave": "1", Accept: "application/json" }, redirect: "manual" };
    try {
      await this.answered(await fetch(this.form.dataset.autosave, options), sent);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch says TypeError when the network failed
      this.failed(words.kept, RETRY);
    }
  }

  async answered(response, sent) {
    const json = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    if (response.ok) {
      if (!this.stopped && sent === JSON.stringify(this.pairs())) sessionStorage.removeItem(this.key);
      this.learn(json);
      this.say(words.saved(json.saved_at ?? clock()));
    } else if (response.status === 409) {
      this.stop(); // another window was faster: its person says what stays
      this.gone = json.gone;
      this.failed(json.message ?? words.kept, 0);
    } else if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
      this.failed(words.expired, 0);
    } else {
      this.failed(words.kept, RETRY);
    }
  }

  /** What the draft is now, and what another window of the same person wrote into it. */
  learn({ seen, elsewhere = {} }) {
    if (seen) this.form.elements.seen.value = seen;
    for (const [name, value] of Object.entries(elsewhere)) put(this.form.elements[name], value);
  }

  failed(text, retry) {
    this.form.dataset.dirty = "1";
    this.keep();
    this.say(text);
    if (retry) this.later(retry);
  }

  keep(state = "typed") {
    if (this.gone) return sessionStorage.removeItem(this.key);
    sessionStorage.setItem(this.key, JSON.stringify({ state, pairs: this.pairs() }));
  }

  restore() {
    const kept = sessionStorage.getItem(this.key);
    if (!kept) return;
    const { pairs } = JSON.parse(kept);
    const typed = (list) => JSON.stringify(list.filter(([name]) => name !== "seen"));
    if (typed(pairs) === typed(this.pairs())) return sessionStorage.removeItem(this.key);
    for (const control of this.form.elements) if (control.type === "checkbox") control.checked = false;
    for (const [name, value] of pairs) fill(this.form.elements[name], value);
    this.form.dispatchEvent(new Event("input"));
    this.form.dataset.dirty = "1";
    this.say(words.restored);
    this.later(PAUSE);
  }
}

const group = (control) => (control instanceof RadioNodeList ? [...control] : [control]);

function fill(control, value) {
  if (!control) return;
  for (const item of group(control)) {
    if (item.type === "checkbox" || item.type === "radio") item.checked ||= item.value === value;
    else if (item.type !== "file") item.value = value;
  }
}

/** One answer as another window has it; false unticks, "" empties. */
function put(control, value) {
  if (!control) return;
  for (const item of group(control)) {
    if (item.type === "checkbox") item.checked = Array.isArray(value) ? value.includes(item.value) : Boolean(value);
    else if (item.type === "radio") item.checked = item.value === String(value);
    else item.value = value;
  }
}

export function autosave() {
  if (account()) forgetOthers(keyOf(""));
  for (const place of document.querySelectorAll("[data-draft-kept]")) {
    const key = keyOf(place.dataset.draftKept);
    if (JSON.parse(sessionStorage.getItem(key) ?? "{}").state === "sent") sessionStorage.removeItem(key);
  }
  document.addEventListener("submit", ({ target }) => {
    if (target.dataset.draftDrop) sessionStorage.removeItem(keyOf(target.dataset.draftDrop));
    if (target.matches('form[action="/dang-xuat/"]')) forgetOthers();
  });
  document.querySelectorAll("form[data-autosave]").forEach((form) => new Draft(form));
}
