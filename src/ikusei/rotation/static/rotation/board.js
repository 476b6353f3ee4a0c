// The board of a draft: bars by arrow keys, M for a move, dragging onto posts. Without it every bar is a link to the same form.
"use strict";

(() => {
  const board = document.getElementById("board");
  const dialog = document.getElementById("board-dialog");
  const FAR = 6; // pixels after which a press is a drag
  let came = null; // the bar from which the form was opened: [row, year]
  let here = null; // what of the table was focused last: [row, year], the year null for the name
  let fromSide = false; // whether the focus was beside the table when something was last asked for

  function bars(row) {
    return Array.from(row.querySelectorAll("a.bar"));
  }

  // Where reading begins beside the table.
  function side() {
    return document.getElementById("consequences-who") ?? document.getElementById("side-heading");
  }

  function nameOf(row) {
    return row.querySelector("a[data-person]");
  }

  function covers(bar, year) {
    const first = Number(bar.dataset.y);
    return first <= year && year < first + Number(bar.dataset.n || 1);
  }

  function rows() {
    return Array.from(board.querySelectorAll("tr[data-row]"));
  }

  function barAt(key, year) {
    const row = document.getElementById(`row-${key}`);
    return row && (bars(row).find((bar) => covers(bar, year)) || bars(row)[0] || nameOf(row));
  }

  function focusAt(key, year) {
    barAt(key, year)?.focus();
  }

  // The table is one stop of the Tab key: arrows go from bar to bar, and to the left of the first one to the name.
  function stopOnce() {
    const stops = rows().flatMap((row) => [nameOf(row), ...bars(row)]);
    const chosen = here && (here[1] === null ? nameOf(document.getElementById(`row-${here[0]}`)) : barAt(...here));
    const one = stops.includes(chosen) ? chosen : (bars(board)[0] ?? stops[0]);
    for (const stop of stops) {
      stop.tabIndex = stop === one ? 0 : -1;
    }
  }

  board.addEventListener("focusin", (event) => {
    const stop = event.target.closest("a.bar, a[data-person]");
    if (stop) {
      here = [stop.closest("tr").dataset.row, stop.matches("a.bar") ? Number(stop.dataset.y) : null];
      stopOnce();
    }
  });

  function say(words) {
    const said = document.getElementById("board-said");
    said.textContent = "";
    requestAnimationFrame(() => {
      said.textContent = words;
    });
  }

  // The form of a move, in the dialog; the address is that of the plain page.
  function openForm(url, from) {
    came = from;
    htmx.ajax("GET", url, { target: dialog, swap: "innerHTML" }).then(() => {
      if (!dialog.open) {
        dialog.showModal();
      }
      const search = dialog.querySelector("[data-choice-search]:not([hidden]) input");
      (search ?? dialog.querySelector("select, input:not([type=hidden])"))?.focus();
    });
  }

  function closeForm() {
    if (dialog.open) {
      dialog.close();
    }
  }

  dialog.addEventListener("close", () => {
    if (came) {
      focusAt(...came);
    }
  });

  function placeOf(bar) {
    return [bar.closest("tr").dataset.row, Number(bar.dataset.y)];
  }

  document.addEventListener("click", (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey) {
      return;
    }
    const link = event.target.closest("a");
    if (!link) {
      return;
    }
    if (link.matches("a.bar")) {
      event.preventDefault();
      if (!link.dataset.dropped) {
        openForm(link.href, placeOf(link));
      }
      delete link.dataset.dropped;
    } else if (link.matches("[data-open-move]")) {
      event.preventDefault();
      openForm(link.href, null);
    } else if (link.matches("[data-person]")) {
      event.preventDefault();
      showPerson(link);
    } else if (link.matches("[data-close]") && dialog.open) {
      event.preventDefault();
      closeForm();
    }
  });

  // What somebody's moves bring about, and then the focus there.
  function showPerson(link) {
    const shown = board.querySelector("#consequences-who")?.dataset.key === link.closest("tr").dataset.row;
    const ready = shown ? Promise.resolve() : htmx.ajax("GET", link.href, { target: "#consequences", swap: "innerHTML" });
    ready.then(() => side().focus());
  }

  board.addEventListener("keydown", (event) => {
    const bar = event.target.closest("a.bar");
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea")) {
      return;
    }
    if (event.key === "u" || event.key === "U") {
      event.preventDefault();
      if (!board.querySelector("[data-undo] button").disabled) {
        board.querySelector("[data-undo]").requestSubmit();
      }
      return;
    }
    if (event.key === "Escape" && here && event.target.closest(".board__side")) {
      (here[1] === null ? nameOf(document.getElementById(`row-${here[0]}`)) : barAt(...here))?.focus();
      return;
    }
    const row = event.target.closest("tr[data-row]");
    if (!row) {
      return;
    }
    if (event.key === "m" || event.key === "M") {
      event.preventDefault();
      const from = bar || bars(row)[0];
      if (from) {
        openForm(from.href, placeOf(from));
      }
      return;
    }
    if (event.key === "c" || event.key === "C") {
      event.preventDefault();
      showPerson(nameOf(row));
      return;
    }
    go(event, row, event.target);
  });

  function go(event, row, from) {
    const mine = [nameOf(row), ...bars(row)];
    const all = rows();
    const beside = (step) => {
      const other = all[all.indexOf(row) + step];
      return other && (from === mine[0] ? nameOf(other) : barAt(other.dataset.row, Number(from.dataset.y)));
    };
    const next = {
      ArrowRight: () => mine[mine.indexOf(from) + 1],
      ArrowLeft: () => mine[mine.indexOf(from) - 1],
      ArrowDown: () => beside(1),
      ArrowUp: () => beside(-1),
      Home: () => mine[0],
      End: () => mine[mine.length - 1],
    }[event.key];
    if (next) {
      event.preventDefault();
      next()?.focus();
    }
  }

  // A form that is refused is shown again where it was sent from, with what was typed.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 400 || xhr.status === 409) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
      event.detail.target = dialog;
      if (!dialog.open) {
        dialog.showModal();
      }
    }
  });

  document.addEventListener("drafted", () => {
    closeForm();
  });

  document.addEventListener("htmx:beforeRequest", () => {
    fromSide = Boolean(document.activeElement.closest(".board__side"));
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const { target } = event.detail;
    if (target === dialog) {
      // What is wrong stands above the form.
      dialog.querySelector("[role=alert]")?.focus();
    }
    const shown = target.id === "consequences" && target.querySelector("[data-revision]");
    if (!shown) {
      return;
    }
    board.dataset.seen = shown.dataset.revision;
    const changed = target.querySelector("template[data-rows]");
    if (changed) {
      board.querySelector("[data-undo] button").disabled = false;
      for (const row of changed.content.querySelectorAll("tr[data-row]")) {
        document.getElementById(row.id)?.replaceWith(row);
      }
      changed.remove();
    }
    stopOnce();
    say(shown.dataset.said);
  });

  // Where the focused thing was exchanged, the focus goes to what stands in its place.
  document.addEventListener("htmx:afterSettle", () => {
    if (dialog.open || document.activeElement !== document.body) {
      return;
    }
    if (fromSide) {
      side().focus();
    } else if (came) {
      focusAt(...came);
    } else if (here) {
      focusAt(...here);
    }
  });

  // Dragging: a mouse or a pen takes a bar to a post of the list.
  let drag = null;

  function yearUnder(bar, x) {
    const box = bar.getBoundingClientRect();
    const span = Number(bar.dataset.n || 1);
    const place = Math.floor(((x - box.left) / box.width) * span);
    return Number(bar.dataset.y) + Math.min(span - 1, Math.max(0, place));
  }

  board.addEventListener("dragstart", (event) => event.preventDefault());

  board.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest("a.bar");
    if (!bar || event.button || event.pointerType === "touch") {
      return;
    }
    drag = { bar, x: event.clientX, y: event.clientY, year: yearUnder(bar, event.clientX), ghost: null, over: null };
  });

  document.addEventListener("pointermove", (event) => {
    if (!drag) {
      return;
    }
    if (!drag.ghost) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) {
        return;
      }
      begin();
    }
    drag.ghost.style.translate = `${event.clientX + 8}px ${event.clientY + 8}px`;
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-target]");
    if (under !== drag.over) {
      drag.over?.removeAttribute("data-over");
      under?.setAttribute("data-over", "");
      drag.over = under;
    }
  });

  function begin() {
    drag.ghost = drag.bar.cloneNode(true);
    drag.ghost.classList.add("dragged");
    drag.ghost.style.insetBlockStart = "0";
    drag.ghost.style.insetInlineStart = "0";
    document.body.append(drag.ghost);
    document.body.dataset.dragging = "";
    document.getElementById("targets").open = true;
    document.getElementById("targets").scrollIntoView({ block: "nearest" });
  }

  function end() {
    drag?.ghost?.remove();
    drag?.over?.removeAttribute("data-over");
    delete document.body.dataset.dragging;
    drag = null;
  }

  document.addEventListener("pointerup", () => {
    if (drag?.ghost) {
      drag.bar.dataset.dropped = "1";
      setTimeout((bar) => delete bar.dataset.dropped, 0, drag.bar);
      if (drag.over) {
        drop(drag.bar, drag.year, drag.over.dataset.target);
      }
    }
    end();
  });

  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag) {
      end();
    }
  });

  function drop(bar, year, target) {
    const [key] = placeOf(bar);
    came = [key, year];
    htmx.ajax("POST", `${board.dataset.draft}move/`, {
      target: "#consequences",
      swap: "innerHTML",
      values: { p: key, year, to_post: target, seen: board.dataset.seen },
    });
  }

  stopOnce();
  // Whoever comes from the page of a person is led back to their row.
  if (/^#row-\w+$/.test(location.hash)) {
    focusAt(location.hash.slice(5), 0);
  }
})();
