// Comforts only; every page works without this file.

// Copy buttons: hidden in the HTML, because without a script they could do nothing.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const told = document.getElementById("copied");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // pages that are not served by HTTPS have no clipboard object
    }
    button.textContent = "Copied";
    if (told) told.textContent = `${field.dataset.name} copied.`;
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
  field.addEventListener("focus", () => field.select());
}

// A second click while the first is on its way would be answered by a page without the secret.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});

// After a refused form, the keyboard continues at the summary of what is wrong.
document.getElementById("problems")?.focus();

// Where the menu or the tabs are wider than a phone, what is open is in view.
for (const link of document.querySelectorAll(".site-menu [aria-current], .tabs [aria-current]")) {
  const row = link.closest("ul");
  row.scrollLeft += link.getBoundingClientRect().left - row.getBoundingClientRect().left - 48;
}

// Open lists close again by Escape, or by a click elsewhere.
const openLists = () => document.querySelectorAll("details[data-closes][open]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const list of openLists()) {
    list.open = false;
    list.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const list of openLists()) if (!list.contains(event.target)) list.open = false;
});
