// A long list to choose from gets a search field. Without this script it is a plain list, and everything else works the same.
"use strict";

const choices = new WeakMap();

function plain(text) {
  return text.normalize("NFKC").toLowerCase();
}

// A list that is closed shows the post without its unit: that stands, and is read out, beside the search.
function tellUnit(box) {
  const chosen = box.querySelector("select:not([multiple])")?.selectedOptions[0];
  const unit = chosen?.closest("optgroup")?.label;
  box.querySelector("[data-found]").textContent = unit ? `${unit}: ${chosen.textContent}` : "";
}

function remember(box) {
  const select = box.querySelector("select");
  const parts = [...select.children].map((part) => ({
    label: part.matches("optgroup") ? part.label : null,
    options: part.matches("optgroup") ? [...part.children] : [part],
  }));
  choices.set(box, { select, parts });
  box.querySelector("[data-choice-search]").hidden = false;
  tellUnit(box);
}

// What is chosen stays in a list of several. What stands outside the groups stays too: the empty one first, others last.
function narrow(box, words) {
  const { select, parts } = choices.get(box);
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  const chosen = new Set([...select.selectedOptions].map((option) => option.value));
  let found = [];
  const left = [];
  const last = [];
  for (const { label, options } of parts) {
    if (label === null) {
      (options[0].value ? last : left).push(...options);
      continue;
    }
    const fitting = options.filter((option) => {
      const searched = plain(`${label} ${option.textContent}`);
      return wanted.every((word) => searched.includes(word));
    });
    found = found.concat(fitting);
    const shown = select.multiple
      ? options.filter((option) => fitting.includes(option) || chosen.has(option.value))
      : fitting;
    if (shown.length) {
      const group = document.createElement("optgroup");
      group.label = label;
      group.append(...shown);
      left.push(group);
    }
  }
  select.replaceChildren(...left, ...last);
  if (!select.multiple) {
    select.value = found.length === 1 && wanted.length ? found[0].value : (left[0]?.value ?? "");
  }
  const said = box.querySelector("[data-found]");
  said.textContent = wanted.length ? `${said.dataset.found}: ${found.length}` : "";
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

document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-choice] select:not([multiple])")?.closest("[data-choice]");
  if (box) {
    tellUnit(box);
  }
});

// Enter goes on to the list, and does not send the form before anything was chosen there.
document.addEventListener("keydown", (event) => {
  const box = event.target.closest("[data-choice-search]")?.closest("[data-choice]");
  if (event.key === "Enter" && box) {
    event.preventDefault();
    choices.get(box).select.focus();
  }
});

document.addEventListener("htmx:afterSwap", begin);
begin();
