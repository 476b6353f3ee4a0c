// Says in the page what allauth's passkey script only tells the console.
"use strict";

function reveal(selector) {
  for (const note of document.querySelectorAll(selector)) {
    note.hidden = false;
  }
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  reveal("[data-passkey-failed]");
});

if (!window.PublicKeyCredential) {
  reveal("[data-passkey-missing]");
  for (const button of document.querySelectorAll("[data-passkey-button]")) {
    button.disabled = true;
  }
}
