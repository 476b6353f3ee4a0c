// The list of posts gets a search field. Without this script it is a plain list, and everything else works the same.
"use strict";

const choices = new WeakMap();

function plain(text) {
  return text.normalize("NFKC").toLowerCase();
}

function remember(box) {
  const select = box.querySelector("select");
  const groups = [...select.querySelectorAll("optgroup")].map((group) => ({
    label: group.label,
    options: [...group.querySelectorAll("option")].map((option) => [option.value, option.textContent]),
  }));
  choices.set(box, { select, groups, first: select.options[0].textContent });
  box.querySelector("[data-choice-search]").hidden = false;
}

function narrow(box, words) {
  const { select, groups, first } = choices.get(box);
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  select.replaceChildren(new Option(first, ""));
  let found = 0;
  for (const { label, options } of groups) {
    const group = document.createElement("optgroup");
    group.label = label;
    for (const [value, text] of options) {
      const searched = plain(`${label} ${text}`);
      if (wanted.every((word) => searched.includes(word))) {
        group.append(new Option(text, value));
        found += 1;
      }
    }
    if (group.childElementCount) {
      select.append(group);
    }
  }
  if (found === 1) {
    select.selectedIndex = 1;
  }
  const said = box.querySelector("[data-found]");
  said.textContent = wanted.length ? `${said.dataset.found}: ${found}` : "";
}

function begin() {
  for (const box of document.querySelectorAll("[data-choice]")) {
    if (!choices.has(box)) {
      remember(box);
    }
  }
}

document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-choice-search]")?.closest("[data-choice]");
  if (box) {
    narrow(box, event.target.value);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.closest("[data-choice-search]")) {
    event.preventDefault();
  }
});

document.addEventListener("htmx:afterSwap", begin);
begin();
