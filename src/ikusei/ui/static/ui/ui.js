// Small comforts on every page; nothing here is needed to read or to send a form.
"use strict";

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) {
      menu.open = false;
    }
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details[data-menu]"));
  const skip = event.target.closest("a.skip-link");
  if (skip) {
    // Without a mark in the address: it would stay there after a form is sent, and take the focus on the page that follows.
    event.preventDefault();
    document.getElementById(skip.hash.slice(1)).focus();
  }
  if (event.target.closest("[data-print]")) {
    window.print();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") {
    return;
  }
  const open = document.querySelector("details[data-menu][open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

// What is wrong with a form that came back is read first.
document.querySelector("main [role=alert][tabindex]")?.focus();

// What was done, or has come out, is told once more: only changes are read out.
for (const told of document.querySelectorAll("main > .messages, main [data-told]")) {
  const lines = [...told.childNodes];
  told.replaceChildren();
  requestAnimationFrame(() => told.replaceChildren(...lines));
}

// Whoever waits longer than a glance is told so, and told no more once the answer is there.
const GLANCE = 300;
let waiting = 0;

function showWaiting() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const busy = document.getElementById("busy");
    busy.textContent = busy.dataset.words;
  }, GLANCE);
}

function hideWaiting() {
  clearTimeout(waiting);
  document.getElementById("busy").textContent = "";
}

// Where the focused thing is gone from what was exchanged, the focus stays near: pages may know a better place and go first.
let held = "";
document.addEventListener("htmx:beforeSwap", (event) => {
  held = event.detail.target.contains(document.activeElement) ? event.detail.target.id : "";
});
document.addEventListener("htmx:afterSettle", () => {
  const place = held && document.getElementById(held);
  held = "";
  requestAnimationFrame(() => {
    if (place && document.activeElement === document.body) {
      place.querySelector("a[href], button:not([disabled]), input:not([type=hidden]), select, textarea, summary")?.focus();
    }
  });
});

document.addEventListener("htmx:beforeRequest", showWaiting);
document.addEventListener("htmx:afterRequest", hideWaiting);

// A form sent twice by an impatient second click would do its work twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!event.defaultPrevented && !form.hasAttribute("data-repeatable")) {
    showWaiting();
  }
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-repeatable")) {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
});

// What a page keeps on the device until it is saved goes with its owner: whoever signs out leaves nothing behind, and is
// asked first where something would be lost. A page that can still save it (data-live) sees to that itself.

document.addEventListener(
  "submit",
  (event) => {
    const { signOut: words, account } = event.target.dataset;
    const kept = Object.keys(localStorage).filter((key) => key.startsWith(`ikusei.kept.${account}.`));
    if (words === undefined || !kept.length || document.querySelector("form[data-live]")) {
      return;
    }
    if (!window.confirm(words)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    kept.forEach((key) => localStorage.removeItem(key));
  },
  true,
);

// A page brought back from the browser's history can be sent again.
window.addEventListener("pageshow", () => {
  hideWaiting();
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});
