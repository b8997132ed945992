import { asked } from "./asked.js";
import { autosave } from "./autosave.js";
import { dates, guard, submitOnce, uploads } from "./forms.js";
import { live } from "./live.js";
import { panels } from "./panels.js";
import { themeToggle } from "./theme-toggle.js";
import { copying } from "./toast.js";

/** What both surfaces do. Order: uploads stop a too-large file before "once" locks the form. */
export function common() {
  themeToggle();
  panels();
  guard();
  submitOnce();
  uploads();
  dates();
  asked();
  autosave();
  live();
  copying();
  document.querySelector(".error-summary:not([data-sample] *)")?.focus();
}
