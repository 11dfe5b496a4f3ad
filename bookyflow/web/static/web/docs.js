// The filter of the catalogue of errors: shows what has the words in it. Without a script all shows.
const bar = document.querySelector("[data-filter]");
if (bar) {
  const field = bar.querySelector("input");
  const told = bar.querySelector("[role=status]");
  const entries = [...document.querySelectorAll("[data-entry]")];
  bar.hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const one of entries) {
      const text = one.textContent.toLowerCase();
      one.hidden = !words.every((word) => text.includes(word));
      if (!one.hidden) count += 1;
    }
    for (const group of document.querySelectorAll("[data-group]")) {
      group.hidden = !group.querySelector("[data-entry]:not([hidden])");
    }
    told.textContent = field.value ? `${count} of ${entries.length}` : "";
  });
}

// Beside a document there is room for the list of all: it is open there, whatever was closed.
const list = document.querySelector("details[data-wide-open]");
if (list) {
  const wide = matchMedia("(min-width: 75rem)");
  const fit = () => (list.open = wide.matches);
  wide.addEventListener("change", fit);
  fit();
}
