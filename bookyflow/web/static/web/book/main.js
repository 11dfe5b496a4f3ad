// The booking form: one step after the other, by the public API alone.

import { Address } from "./address.js";
import { Api, Refusal } from "./api.js";
import { Calendar, Nights } from "./calendar.js";
import { byId, clearProblems, make, showProblems, tell } from "./dom.js";
import { Party } from "./guests.js";
import { Hold } from "./hold.js";
import { Payment } from "./pay.js";
import { drawDone, drawReview, drawSummary, drawWaiting } from "./review.js";
import { Choice } from "./rooms.js";
import { currency, money, setCurrency, setup, text } from "./words.js";

const STEPS = ["dates", "guests", "rooms", "address", "review"];
const NO_WAY = { key: "payment_method_unavailable", detail: text("failed") };
const GONE = new Set(["hold_expired", "no_room_selected"]);

const api = new Api({ waiting: (isWaiting) => waiting(isWaiting) });
let calendar, party, choice, address, hold;
let price = null; // of what is held
let expected = null; // the total that the guest has seen last
let notes = ""; // the remarks that the session has
let noteCall = {}; // the key under which they were sent
let isBusy = false;

async function start() {
  const isOld = api.isOld;
  const data = await api.begin();
  setCurrency(data.currency_code);
  const legend = setup.perPerson ? "prices_of_person" : "prices";
  byId("calendar-legend").textContent = text(legend, { currency });
  const nights = new Nights(data);
  calendar = new Calendar(byId("calendar"), nights, datesChanged);
  party = new Party(data, () => summarise());
  choice = new Choice(data, { changed: () => priceUnknown(), price: quote });
  address = new Address(data, (country) => api.call("GET", `booking/regions/${country}`).then(
    ({ regions }) => regions,
    () => ({}),
  ));
  hold = new Hold(api, keep);
  const shown = isOld ? await restore() : "dates";
  byId("book").hidden = false;
  if (nights.isEmpty()) notice(text("nothing_free"));
  history.replaceState({ step: shown, depth: 0 }, "");
  show(shown, { focus: false });
  datesChanged();
}

// Go on where a window was that was loaded anew, as far as the session has it.
async function restore() {
  const session = await api.call("GET", "booking/session");
  if (session.booked) {
    api.forget();
    await api.begin();
    return "dates";
  }
  if (!session.arrivalDate) return "dates";
  calendar.set(session.arrivalDate, session.departureDate);
  if (session.adults) party.set(session.adults, session.child_ages);
  if (session.address) address.set(session.address, session.answers);
  const wanted = STEPS.indexOf(history.state?.step ?? "dates");
  if (wanted < 2 || !session.adults) return STEPS[Math.min(Math.max(wanted, 0), 1)];
  await offer(session.hatPair.split(","), session.extras);
  if (!session.held_until || wanted === 2) return "rooms";
  await readPrice();
  return wanted === 4 && session.address ? (await check(), "review") : "address";
}

// Steps

function current() {
  return document.querySelector(".book-step:not([hidden])")?.dataset.step;
}

function show(step, { focus = true } = {}) {
  clearProblems();
  for (const one of document.querySelectorAll(".book-step")) one.hidden = one.dataset.step !== step;
  const at = step === "done" ? STEPS.length : STEPS.indexOf(step);
  byId("progress").parentElement.hidden = step === "done";
  for (const item of byId("progress").children) {
    const place = STEPS.indexOf(item.dataset.step);
    item.classList.toggle("is-done", place < at);
    item.firstElementChild.disabled = place >= at;
    if (place === at) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
  summarise();
  if (!focus) return;
  const heading = document.querySelector(`#step-${step} h2`);
  heading.focus();
  if (at < STEPS.length) {
    const name = heading.textContent;
    tell(text("step", { number: at + 1, count: STEPS.length, name }));
  }
}

function goOn(step) {
  notice("");
  history.pushState({ step, depth: (history.state?.depth ?? 0) + 1 }, "");
  show(step);
}

function goBack() {
  if (history.state?.depth) history.back();
  else show(before(current()));
}

function before(step) {
  const steps = choice.isNeeded ? STEPS : STEPS.filter((one) => one !== "rooms");
  return steps[Math.max(steps.indexOf(step) - 1, 0)];
}

window.addEventListener("popstate", ({ state }) => {
  if (!state?.step || current() === "done") return;
  if (STEPS.indexOf(state.step) < STEPS.indexOf(current())) show(state.step);
  else history.replaceState({ ...state, step: current() }, ""); // forward is by the buttons
});

function summarise() {
  const at = STEPS.indexOf(current());
  drawSummary({
    arrival: calendar.arrival,
    departure: calendar.departure,
    party: at > 0 ? party.wanted : null,
    choice: at > 1 ? choice : null,
    total: at > 1 ? expected : null,
  });
  byId("summary").hidden ||= ["review", "done"].includes(current());
}

function notice(words) {
  byId("notice").hidden = !words;
  byId("notice").textContent = words;
}

function waiting(isWaiting) {
  if (isWaiting) tell(text("trying_again"));
  document.body.classList.toggle("is-waiting", isWaiting);
}

// Carry out what a step asks for, once at a time; show what is refused where it belongs.
async function carryOut(step, work) {
  if (isBusy) return;
  isBusy = true;
  const form = byId(`step-${step}`);
  const button = form.querySelector(".btn-brand");
  button.setAttribute("aria-disabled", "true");
  clearProblems();
  try {
    await work();
  } catch (refusal) {
    if (!refusal.key) throw refusal;
    if (refusal.key === "session_not_initialised") await startAnew();
    else if (GONE.has(refusal.key)) await holdAgain();
    else showProblems(form, refusal);
  } finally {
    isBusy = false;
    button.removeAttribute("aria-disabled");
  }
}

const ON_SUBMIT = { dates, guests, rooms, address: details, review: book };
for (const form of document.querySelectorAll("form.book-step")) {
  const { step } = form.dataset;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    carryOut(step, ON_SUBMIT[step]);
  });
  form.querySelector("[data-back]")?.addEventListener("click", goBack);
}
byId("dates-clear").addEventListener("click", () => calendar.clear());
for (const item of byId("progress").children) {
  item.firstElementChild.addEventListener("click", () => goOn(item.dataset.step));
}

// Dates

function datesChanged() {
  byId("calendar-help").textContent = calendar.help();
  tell(calendar.help());
  byId("dates-clear").hidden = !calendar.arrival;
  summarise();
}

async function dates() {
  if (!calendar.isComplete) {
    showProblems(null, { detail: calendar.help() });
    return;
  }
  const days = { arrivalDate: calendar.arrival };
  if (calendar.departure) days.departureDate = calendar.departure;
  try {
    await api.call("POST", "booking/set/dates", days);
  } catch (refusal) {
    // Somebody else has booked since the calendar was drawn.
    if (refusal.key === "property_not_available") calendar.renew(new Nights(await api.begin()));
    throw refusal;
  }
  if (!calendar.departure) {
    const session = await api.call("GET", "booking/session");
    calendar.departure = session.departureDate;
  }
  forgetPrice();
  goOn("guests");
}

// Guests

async function guests() {
  const problem = party.problem();
  if (problem) {
    showProblems(byId("step-guests"), problem);
    return;
  }
  await api.call("POST", "booking/set/guest/numbers", party.wanted);
  forgetPrice();
  if (!choice.isNeeded) {
    await holdRooms();
    goOn("address");
    return;
  }
  await offer(choice.wanted.selectedRooms.split(","));
  goOn("rooms");
}

// Rooms and extras

async function offer(pairs, extras) {
  const free = setup.isWhole ? { rooms: {}, room_types: {} } : await api.call("GET", "booking/rooms");
  choice.offer(free, calendar.arrival, pairs, extras);
}

function priceUnknown() {
  expected = null;
  byId("rooms-total").textContent = choice.isEmpty ? "" : text("pricing");
  summarise();
}

// Say what is chosen would cost. Nothing is held for it, unless something is held already: then
// that stands in the way of a quote, and the choice takes its place.
async function quote() {
  if (choice.isEmpty || current() !== "rooms") return;
  const asked = JSON.stringify(choice.asked);
  let total, words;
  try {
    if (price === null) ({ total } = await api.call("POST", "booking/quote", stayAsked()));
    else ({ total } = await holdRooms());
    words = text("total_now", { price: money(total) });
  } catch (refusal) {
    if (!refusal.key) throw refusal;
    words = refusal.detail;
  }
  if (asked !== JSON.stringify(choice.asked)) return;
  expected = total ?? null;
  byId("rooms-total").textContent = words;
  summarise();
}

function stayAsked() {
  const { arrival, departure } = calendar;
  return { property_uid: setup.property, arrival, departure, ...party.wanted, ...choice.asked };
}

async function rooms() {
  if (choice.isEmpty) {
    showProblems(null, { detail: text("room_needed") });
    return;
  }
  await holdRooms();
  goOn("address");
  tellChange();
}

// Hold what is chosen, at today's price.
async function holdRooms() {
  await api.call("POST", "booking/set/property/booking", choice.wanted);
  return readPrice();
}

let changed = null;

async function readPrice() {
  const [found] = await api.call("GET", "booking/prices");
  changed = expected !== null && Number(expected) !== Number(found.total) ? expected : null;
  price = found;
  expected = found.total;
  hold.set(found.expires_at);
  return found;
}

function tellChange() {
  if (changed === null) return;
  notice(text("price_changed", { before: money(changed), now: money(price.total) }));
  changed = null;
}

function forgetPrice() {
  price = null;
  expected = null;
  hold.set(null);
}

async function keep(isOver) {
  if (isOver) {
    await carryOut(current(), holdAgain);
    return;
  }
  await carryOut(current(), async () => {
    const before = hold.time;
    const session = await api.call("POST", "booking/session/prolong");
    hold.set(session.held_until);
    tell(text(hold.time === before ? "held_longest" : "held_longer", { time: hold.time }));
  });
}

// What was chosen is held no more: hold it anew, or have the guest choose other rooms.
async function holdAgain() {
  try {
    await holdRooms();
  } catch (refusal) {
    if (!refusal.key) throw refusal;
    forgetPrice();
    await offer([]);
    goOn("rooms");
    showProblems(null, refusal);
    return;
  }
  tell(text("held_longer", { time: hold.time }));
  if (current() === "review") drawReview(all());
  summarise();
  tellChange();
}

// Whom it is for

async function details() {
  const problem = address.problem();
  if (problem) {
    showProblems(byId("step-address"), problem);
    return;
  }
  await api.call("POST", "booking/set/address", { ...address.told, answers: address.answers });
  await check();
  goOn("review");
  tellChange();
}

async function check() {
  await readPrice();
  drawReview(all());
}

function all() {
  const { arrival, departure } = calendar;
  const note = byId("note").value.trim();
  return { arrival, departure, party: party.wanted, choice, address, note, price };
}

// Book

async function book() {
  const { note } = all();
  if (note && note !== notes) {
    if (noteCall.note !== note) noteCall = { note, headers: api.newKey() };
    await api.call("POST", "booking/set/note", { note }, noteCall.headers);
    notes = note;
  }
  await readPrice();
  if (changed !== null) {
    drawReview(all());
    tellChange();
    return;
  }
  tell(text("please_wait"));
  try {
    await api.call("POST", "booking/create");
  } catch (refusal) {
    if (refusal.key !== "payment_needed") throw refusal;
    await payFirst();
    return;
  }
  await done();
}

// Where the guest pays before: what is held becomes a booking by the payment alone.
async function payFirst() {
  const session = await api.call("GET", "booking/session");
  const guest = Object.fromEntries(Object.entries(session.address).filter(([, told]) => told));
  const also = { guest, answers: session.answers, remarks: session.notes.join("\n\n") };
  const payment = new Payment(api, session, also);
  drawWaiting();
  if (!(await payment.offer(byId("done-pay"), done))) throw new Refusal(NO_WAY);
  finish();
}

async function done() {
  const { reference, token } = await api.call("GET", "booking/session");
  const headers = { "X-BOOKYFLOW-booking-token": token };
  const booking = await api.call("GET", `booking/${reference}`, undefined, headers);
  drawDone(booking, address.told.email, () => {
    api.forget();
    location.reload();
  });
  finish();
  if (booking.status !== "enquiry") {
    await new Payment(api, { reference, token }).offer(byId("done-pay"), done);
  }
}

function finish() {
  hold.set(null); // what is paid for is kept by the payment
  history.replaceState({ step: "done", depth: 0 }, "");
  notice("");
  show("done");
}

// A session that was left alone for an hour is over.
async function startAnew() {
  api.forget();
  await api.begin();
  forgetPrice();
  goOn("dates");
  notice(text("session_over"));
}

function failed(refusal) {
  byId("book").hidden = false;
  const again = make("button", { type: "button", className: "btn btn-quiet" }, "↻");
  again.setAttribute("aria-label", text("failed"));
  again.addEventListener("click", () => location.reload());
  showProblems(null, { detail: refusal.detail ?? text("failed") });
  byId("problems").append(again);
}

start().catch(async (refusal) => {
  if (["session_token_invalid", "session_not_initialised"].includes(refusal.key)) {
    api.forget();
    await start().catch(failed);
  } else {
    failed(refusal);
    if (!refusal.key) throw refusal;
  }
});
