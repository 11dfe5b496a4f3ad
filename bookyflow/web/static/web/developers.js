// Comforts only; every page works without this file.

// None, read, or read and write, for a group of scopes at once.
for (const group of document.querySelectorAll("[data-group]")) {
  const boxes = group.querySelectorAll(".scope-row input[type=checkbox]");
  const fine = [...boxes].filter((box) => !box.closest("details"));
  if (fine.length < 2) continue;
  group.querySelector("[data-tools]").hidden = false;
  for (const button of group.querySelectorAll("[data-pick]")) {
    button.addEventListener("click", () => {
      for (const box of boxes) box.checked = false;
      for (const box of fine) {
        box.checked = button.dataset.pick === "all" || (button.dataset.pick === "read" && "reads" in box.dataset);
      }
    });
  }
}
