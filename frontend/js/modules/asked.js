// Questions that apply only after another answer: <div data-asked="name" data-asked-values="a b">.
// Without scripts they stay in view with a note that says when to answer; the server drops the rest.
function answers(form, name) {
  const controls = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter((control) => !control.closest("[data-asked][hidden]"));
  return controls.flatMap((control) => {
    if (control.type === "checkbox") return [String(control.checked)];
    if (control.type === "radio") return control.checked ? [control.value] : [];
    return [control.value];
  });
}

function ask(form) {
  for (const part of form.querySelectorAll("[data-asked]")) {
    const wanted = part.dataset.askedValues.split(" ");
    part.hidden = !answers(form, part.dataset.asked).some((answer) => wanted.includes(answer));
  }
}

export function asked() {
  for (const form of document.querySelectorAll("form:has([data-asked])")) {
    form.querySelectorAll("[data-asked-note]").forEach((note) => (note.hidden = true));
    form.addEventListener("input", () => ask(form));
    ask(form);
  }
}
