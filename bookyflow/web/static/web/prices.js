// The calendar of prices by keyboard and mouse: arrows move, Shift or dragging selects a range of
// nights and rate plans, Enter or letting go opens the form for it. Each cell is a link besides.

const table = document.querySelector(".price-grid");
const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
let anchor = null;
let dragging = false;
let chosen = [];

const rows = () => [...table.querySelectorAll("tbody tr")].filter((row) => row.querySelector("td a[data-day]"));
const at = (row, column) => row && row.cells[column] && row.cells[column].querySelector("a[data-day]");
const place = (link) => [rows().indexOf(link.closest("tr")), link.closest("td").cellIndex];
const kind = (link) => (link.dataset.plan ? "plan" : "room_type");

function select(from, to) {
  clear();
  const [top, left] = place(from);
  const [bottom, right] = place(to);
  for (const row of rows().slice(Math.min(top, bottom), Math.max(top, bottom) + 1)) {
    for (let column = Math.min(left, right); column <= Math.max(left, right); column += 1) {
      const link = at(row, column);
      if (link && kind(link) === kind(from)) chosen.push(link);
    }
  }
  for (const link of chosen) link.classList.add("chosen");
}

function clear() {
  for (const link of chosen) link.classList.remove("chosen");
  chosen = [];
}

function open() {
  const days = chosen.map((link) => link.dataset.day).sort();
  const query = new URLSearchParams({ first: days[0], last: days[days.length - 1] });
  for (const id of new Set(chosen.map((link) => link.dataset.plan || link.dataset.roomType))) query.append(kind(chosen[0]), id);
  window.location.assign(`${table.dataset.edit}?${query}`);
}

function move(event, link) {
  const [row, column] = place(link);
  const [down, right] = moves[event.key];
  let next = row + down;
  if (event.shiftKey) {
    while (rows()[next] && at(rows()[next], column) && kind(at(rows()[next], column)) !== kind(anchor || link)) next += down || 1;
  }
  const target = at(rows()[next], column + right);
  event.preventDefault();
  if (!target) return;
  if (event.shiftKey) {
    anchor = anchor || link;
    select(anchor, target);
  } else {
    anchor = null;
    clear();
  }
  target.focus();
}

if (table && table.querySelector("a[data-day]")) {
  for (const note of document.querySelectorAll("[data-only-script]")) note.hidden = false;
  table.addEventListener("keydown", (event) => {
    const link = event.target.closest("a[data-day]");
    if (!link) return;
    if (moves[event.key]) move(event, link);
    if (event.key === "Escape") clear();
    if (event.key === "Enter" && chosen.length > 1) {
      event.preventDefault();
      open();
    }
  });
  table.addEventListener("pointerdown", (event) => {
    const link = event.target.closest("a[data-day]");
    if (!link || event.pointerType !== "mouse" || event.button) return;
    clear();
    anchor = link;
    dragging = true;
  });
  table.addEventListener("pointerover", (event) => {
    const link = event.target.closest("a[data-day]");
    if (dragging && link) select(anchor, link);
  });
  window.addEventListener("pointerup", () => {
    const many = dragging && chosen.length > 1;
    dragging = false;
    anchor = null;
    if (many) open();
  });
}
