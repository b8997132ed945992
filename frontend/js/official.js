import htmx from "htmx.org";
import { combos } from "./modules/combo.js";
import { common } from "./modules/common.js";
import { formKeys, keys } from "./modules/keys.js";
import { toast } from "./modules/toast.js";
import { words } from "./modules/words.js";

common();
keys();
combos();
formKeys();
// Refused (422) and Conflict (409) answers are fragments that show what is wrong: swap them in.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) Object.assign(event.detail, { shouldSwap: true, isError: false });
});
for (const name of ["htmx:sendError", "htmx:responseError"]) document.addEventListener(name, () => toast(words.failed, "bad"));
window.htmx = htmx;
