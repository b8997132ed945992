// Runs before the first paint: a choice made earlier wins over the system's.
const chosen = localStorage.getItem("theme");
if (chosen === "dark" || chosen === "light") document.documentElement.dataset.bsTheme = chosen;
