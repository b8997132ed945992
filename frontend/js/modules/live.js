// <form method="get" data-live="#results">: the results change while one types.
function watch(form) {
  let timer;
  let request;
  const refresh = async () => {
    request?.abort();
    request = new AbortController();
    const url = new URL(form.action || location.href);
    url.search = new URLSearchParams(new FormData(form)).toString();
    try {
      const response = await fetch(url, { headers: { "HX-Request": "true" }, signal: request.signal });
      if (!response.ok) return;
      show(form, await response.text());
      history.replaceState(null, "", url);
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error; // offline: the button still works
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, 250);
  });
}

function show(form, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const target = document.querySelector(form.dataset.live);
  const found = page.querySelector(form.dataset.live);
  target?.replaceChildren(...(found ?? page.body).childNodes);
}

export function live() {
  document.querySelectorAll("form[data-live]").forEach(watch);
}
