import htmx from "htmx.org";
import { combos } from "./modules/combo.js";
import { common } from "./modules/common.js";
import { formKeys, keys } from "./modules/keys.js";
import { mass } from "./modules/mass.js";
import { toast } from "./modules/toast.js";
import { words } from "./modules/words.js";

common();
keys();
combos();
formKeys();
mass();
// Refused (422) and Conflict (409) answers are fragments that show what is wrong: swap them in.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) Object.assign(event.detail, { shouldSwap: true, isError: false });
});
document.addEventListener("htmx:sendError", () => toast(words.failed, "bad"));
document.addEventListener("htmx:responseError", (event) => {
  const form = event.target.closest?.("form");
  // The session ended: the whole form goes, as its first button sends it, and comes back after signing in.
  if (event.detail.xhr.status === 401 && form) form.requestSubmit(form.querySelector("button"));
  else toast(words.failed, "bad");
});
window.htmx = htmx;
