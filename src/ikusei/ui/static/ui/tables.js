// Copies a data table as CSV: <button data-copy-table="id of the table" data-done="Copied">. On every page.
"use strict";

// A cell that a spreadsheet would take for a formula is kept as text; numbers with a sign stay numbers.
function csvCell(cell) {
  let text = cell.innerText.replace(/\s+/g, " ").trim();
  if (/^[=+\-@]/.test(text) && !/^[+-]?[\d.,]+%?$/.test(text)) {
    text = `'${text}`;
  }
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvOf(table) {
  return Array.from(table.rows, (row) => Array.from(row.cells, csvCell).join(",")).join("\r\n");
}

// Without https there is no clipboard: then the same text is saved as a file, with the mark that Excel needs.
async function copyTable(button) {
  const table = document.getElementById(button.dataset.copyTable);
  const text = csvOf(table);
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    const label = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
  link.download = `${table.id}.csv`;
  link.click();
}

for (const button of document.querySelectorAll("[data-copy-table]")) {
  button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy-table]");
  if (button) {
    copyTable(button);
  }
});
