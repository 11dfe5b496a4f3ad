// The room plan with a mouse: bars are dragged, edges pulled, free nights drawn over. Each of these
// only opens the page that a bar or a room leads to anyway, as a dialog and filled in; what is
// changed is changed by its form. Without this file every step is a page of its own.

const plan = document.getElementById("plan");
const dialog = document.getElementById("plan-dialog");
const content = document.getElementById("plan-dialog-content");
const DAY = 24 * 60 * 60 * 1000;
const EDGE = 7; // px, as in the style sheet
const SLACK = 4; // px that a hand trembles

let drag = null; // what is being dragged
let putBack = () => {}; // what a dialog that is closed undoes

const dayAfter = (day, count) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY).toISOString().slice(0, 10);
const daysBetween = (one, other) =>
  Math.round((Date.parse(`${other}T00:00:00Z`) - Date.parse(`${one}T00:00:00Z`)) / DAY);

// The dialog

async function ask(url, options = {}) {
  const answer = await fetch(url, { ...options, headers: { "HX-Request": "true" } });
  const onward = answer.headers.get("HX-Redirect");
  if (onward) {
    location.assign(onward);
    return;
  }
  if (answer.redirected || !answer.headers.get("Content-Type")?.startsWith("text/html")) {
    location.assign(answer.url); // such as to sign in again
    return;
  }
  content.innerHTML = await answer.text();
  content.dataset.url = answer.url;
  if (!dialog.open) dialog.showModal();
  (content.querySelector("#problems") ?? content.querySelector("h1")).scrollIntoView({ block: "nearest" });
  content.querySelector("#problems")?.focus();
}

function open(url) {
  const full = new URL(url, location.href);
  full.searchParams.set("next", location.pathname + location.search);
  ask(full).catch(() => location.assign(full)); // the page itself tells what is wrong
}

dialog?.addEventListener("close", () => {
  content.replaceChildren();
  putBack();
  putBack = () => {};
});

dialog?.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close]")) return;
  event.preventDefault();
  dialog.close();
});

content?.addEventListener("submit", (event) => {
  const form = event.target;
  if ("plain" in form.dataset) return;
  event.preventDefault();
  if (form.dataset.sent) return;
  const fields = new FormData(form, event.submitter);
  const url = new URL(form.getAttribute("action") ?? content.dataset.url, content.dataset.url);
  if (form.method === "get") {
    url.search = new URLSearchParams(fields);
    ask(url);
    return;
  }
  form.dataset.sent = "yes";
  ask(url, { method: "POST", body: new URLSearchParams(fields) });
});

// Bars open as a dialog, too; with another key or button pressed, as any link.
plan?.addEventListener("click", (event) => {
  const link = event.target.closest(".bar > a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link.href);
});

// Dragging

const dayWidth = (track) => track.getBoundingClientRect().width / Number(plan.dataset.days);
const lineOf = (day, shift) => {
  const line = 2 * daysBetween(plan.dataset.first, day) + 2 + shift;
  return Math.min(Math.max(line, 1), 2 * Number(plan.dataset.days) + 1);
};
const trackAt = (x, y) =>
  document.elementsFromPoint(x, y).map((one) => one.closest(".track")).find(Boolean) ?? null;

function begin(event) {
  if (event.button || event.pointerType === "touch") return;
  const track = event.target.closest(".track");
  if (!track) return;
  const bar = event.target.closest(".bar");
  if (bar && !bar.dataset.arrival) return;
  const start = { x: event.clientX, y: event.clientY };
  if (bar) drag = { ...start, bar, track, kind: kindAt(bar, event.clientX), room: track.dataset.room };
  else drag = { ...start, track, kind: "draw", room: track.dataset.room, day: dayAt(track, event.clientX) };
}

function kindAt(bar, x) {
  const box = bar.getBoundingClientRect();
  if (x - box.left <= EDGE && !bar.classList.contains("open-before")) return "begin";
  if (box.right - x <= EDGE && !bar.classList.contains("open-after")) return "end";
  return "move";
}

function dayAt(track, x) {
  const nights = Math.floor((x - track.getBoundingClientRect().left) / dayWidth(track));
  return dayAfter(plan.dataset.first, Math.min(Math.max(nights, 0), Number(plan.dataset.days) - 1));
}

// What the mouse asks for by now: the nights, and the room.
function wanted(event) {
  if (drag.kind === "draw") {
    const here = dayAt(drag.track, event.clientX);
    const [first, last] = here < drag.day ? [here, drag.day] : [drag.day, here];
    return { arrival: first, departure: dayAfter(last, 1), track: drag.track };
  }
  const { arrival, departure } = drag.bar.dataset;
  const shift = Math.round((event.clientX - drag.x) / dayWidth(drag.track));
  const track = drag.kind === "move" ? trackAt(event.clientX, event.clientY) ?? drag.track : drag.track;
  const from = drag.kind === "end" ? arrival : dayAfter(arrival, shift);
  const to = drag.kind === "begin" ? departure : dayAfter(departure, shift);
  if (from < to) return { arrival: from, departure: to, track };
  return drag.kind === "end"
    ? { arrival, departure: dayAfter(arrival, 1), track }
    : { arrival: dayAfter(departure, -1), departure, track };
}

function move(event) {
  if (!drag) return;
  if (!drag.ghost) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < SLACK) return;
    drag.ghost = document.createElement("li");
    drag.ghost.setAttribute("aria-hidden", "true");
    drag.bar?.classList.add("moved");
    plan.classList.add("dragging");
  }
  const { arrival, departure, track } = wanted(event);
  drag.ghost.className = `bar ghost b${lineOf(arrival, 0)} e${lineOf(departure, 0)}`;
  if (drag.ghost.parentElement !== track) track.append(drag.ghost);
}

function drop(event) {
  if (!drag) return;
  const done = drag;
  if (!done.ghost && done.kind !== "draw") {
    drag = null; // a click
    return;
  }
  const asked = wanted(event);
  if (done.ghost) window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, { capture: true }));
  finish(done, asked);
}

function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}

function finish(done, { arrival, departure, track }) {
  drag = null;
  plan.classList.remove("dragging");
  putBack = () => {
    done.ghost?.remove();
    done.bar?.classList.remove("moved");
  };
  const { room } = track.dataset;
  if (done.kind === "draw") {
    const query = new URLSearchParams({ room, arrival, departure });
    open(`${plan.dataset.new}?${query}`);
    return;
  }
  const same = arrival === done.bar.dataset.arrival && departure === done.bar.dataset.departure;
  if (same && room === done.room) {
    putBack();
    return;
  }
  const url = new URL(done.bar.querySelector("a").href);
  const query = { room: done.room, to_room: room, arrival, departure };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  open(url);
}

function stop() {
  if (!drag) return;
  drag.ghost?.remove();
  drag.bar?.classList.remove("moved");
  plan.classList.remove("dragging");
  drag = null;
}

if (plan) {
  plan.addEventListener("pointerdown", begin);
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", drop);
  window.addEventListener("pointercancel", stop);
  window.addEventListener("keydown", (event) => event.key === "Escape" && stop());
  plan.addEventListener("dragstart", (event) => event.preventDefault());
}
