// The button that changes between light and dark and remembers it.
function isDark() {
  const chosen = document.documentElement.dataset.bsTheme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function mark(button) {
  button.hidden = false;
  button.setAttribute("aria-pressed", String(isDark()));
}

export function themeToggle() {
  const buttons = document.querySelectorAll("[data-theme-toggle]");
  for (const button of buttons) {
    mark(button);
    button.addEventListener("click", () => {
      const next = isDark() ? "light" : "dark";
      document.documentElement.dataset.bsTheme = next;
      localStorage.setItem("theme", next);
      buttons.forEach(mark);
    });
  }
}
