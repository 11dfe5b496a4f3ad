// The calendar: months as grids, where the arrow keys go from day to day.

import { make, tell } from "./dom.js";
import {
  asDate,
  counted,
  longDay,
  money,
  monthName,
  monthsOn,
  nightsOf,
  shiftedWeek,
  shifted,
  shortAmount,
  text,
  weekdayLetters,
  weekdayName,
  weekdayOf,
} from "./words.js";

const TWO_MONTHS = matchMedia("(min-width: 46rem)");
const monthOf = (day) => day.slice(0, 7);

// What can be booked, night by night, from what the API says of the property.
export class Nights {
  constructor(data) {
    this.first = data.first_arrival;
    this.last = data.last_arrival;
    this.asksForDeparture = data.asks_for_departure;
    this.fixedWeekday = data.fixedArrivalDay;
    this.period = data.fixedPeriodBookings ? data.fixedPeriodBookingsNumberOfDays : 0;
    this.nights = new Map();
    this.longest = 0;
    for (const { tariff_sets } of Object.values(data.rooms)) {
      for (const tariff of tariff_sets) this.#add(tariff);
    }
    const closed = data.availability.not_available_dates;
    this.allowed = new Set(Object.values(data.availability.allowed_dates));
    this.noArrival = weekdaysClosed(closed, this.first, this.last);
    this.closed = new Set(closed.filter((day) => !this.noArrival.has(weekdayOf(day))));
  }

  #add({ dates, maxdays }) {
    this.longest = Math.max(this.longest, maxdays);
    for (const [day, night] of Object.entries(dates)) {
      const known = this.nights.get(day);
      const price = Number(night.gross_price);
      this.nights.set(day, {
        price: Math.min(known?.price ?? price, price),
        least: Math.min(known?.least ?? night.min_days, night.min_days),
      });
    }
  }

  isOpen(day) {
    return this.allowed.has(day) && !this.closed.has(day) && this.nights.has(day);
  }

  least(arrival) {
    return this.nights.get(arrival)?.least ?? 1;
  }

  canArrive(day) {
    if (day < this.first || day > this.last || !this.isOpen(day)) return false;
    if (this.fixedWeekday < 7 && weekdayOf(day) !== this.fixedWeekday) return false;
    if (this.noArrival.has(weekdayOf(day))) return false;
    return this.lastDeparture(day) >= shifted(day, this.least(day));
  }

  lastDeparture(arrival) {
    let day = arrival;
    for (let nights = 0; nights < this.longest && this.isOpen(day); nights += 1) {
      day = shifted(day, 1);
    }
    return day;
  }

  isEmpty() {
    for (let day = this.first; day <= this.last; day = shifted(day, 1)) {
      if (this.canArrive(day)) return false;
    }
    return true;
  }
}

// Where every tariff has a weekday of arrival, all others are closed, though one can stay over them.
function weekdaysClosed(closed, first, last) {
  if (nightsOf(first, last) < 28) return new Set();
  const known = new Set(closed);
  const found = new Set();
  for (let number = 0; number < 7; number += 1) {
    let day = shifted(first, number);
    while (day <= last && known.has(day)) day = shifted(day, 7);
    if (day > last) found.add(weekdayOf(shifted(first, number)));
  }
  return found.size < 7 ? found : new Set();
}

export class Calendar {
  constructor(root, nights, changed) {
    this.root = root;
    this.nights = nights;
    this.changed = changed;
    this.arrival = null;
    this.departure = null;
    this.at = this.#firstChoice();
    this.month = monthOf(this.at);
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-day]");
      if (button) this.#choose(button.dataset.day);
    });
    TWO_MONTHS.addEventListener("change", () => this.draw());
    this.draw();
  }

  #firstChoice() {
    const { first, last } = this.nights;
    let day = first;
    while (day < last && !this.nights.canArrive(day)) day = shifted(day, 1);
    return this.nights.canArrive(day) ? day : first;
  }

  set(arrival, departure) {
    this.arrival = arrival;
    this.departure = departure;
    if (arrival) {
      this.at = arrival;
      this.month = monthOf(arrival);
    }
    this.draw();
  }

  // What can be booked has changed, and what was chosen cannot be had.
  renew(nights) {
    this.nights = nights;
    this.set(null, null);
    this.changed();
  }

  clear() {
    this.set(null, null);
    this.changed();
    this.#focus();
  }

  get isComplete() {
    return Boolean(this.arrival && (this.departure || !this.nights.asksForDeparture));
  }

  get #choosesDeparture() {
    return Boolean(this.arrival && !this.departure && this.nights.asksForDeparture);
  }

  get #months() {
    const count = TWO_MONTHS.matches ? 2 : 1;
    return Array.from({ length: count }, (_, number) =>
      monthOf(monthsOn(`${this.month}-01`, number)),
    );
  }

  // "" where the day can be chosen; else why not.
  #refusal(day) {
    const { nights, arrival } = this;
    if (!this.#choosesDeparture || day < arrival) {
      if (nights.canArrive(day)) return "";
      const isKnown = day >= nights.first && nights.isOpen(day);
      if (isKnown) return text("no_arrival");
      const ends = nights.allowed.has(day) && day > nights.first;
      return text(ends ? "departure_only" : "not_free");
    }
    if (day === arrival) return "";
    if (day > nights.lastDeparture(arrival)) return text("not_free");
    return nightsOf(arrival, day) < nights.least(arrival) ? text("too_short") : "";
  }

  #choose(day) {
    this.at = day;
    const refusal = this.#refusal(day);
    if (refusal) {
      tell(`${longDay(day)}: ${refusal}`);
      this.draw();
      this.#focus();
      return;
    }
    if (this.#choosesDeparture && day > this.arrival) this.departure = day;
    else if (this.#choosesDeparture && day === this.arrival) this.arrival = null;
    else [this.arrival, this.departure] = [day, null];
    this.draw();
    this.#focus();
    this.changed();
  }

  #key(event) {
    const steps = {
      ArrowLeft: () => shifted(this.at, -1),
      ArrowRight: () => shifted(this.at, 1),
      ArrowUp: () => shifted(this.at, -7),
      ArrowDown: () => shifted(this.at, 7),
      Home: () => shiftedWeek(this.at, 0),
      End: () => shiftedWeek(this.at, 6),
      PageUp: () => monthsOn(this.at, event.shiftKey ? -12 : -1),
      PageDown: () => monthsOn(this.at, event.shiftKey ? 12 : 1),
    };
    if (!steps[event.key] || !event.target.dataset.day) return;
    event.preventDefault();
    const end = shifted(this.nights.last, this.nights.longest);
    const wanted = steps[event.key]();
    this.at = wanted < this.nights.first ? this.nights.first : wanted > end ? end : wanted;
    this.#show(monthOf(this.at));
    this.#focus();
  }

  // Have a month among those shown.
  #show(month) {
    const shown = this.#months;
    if (month < shown[0]) this.month = month;
    if (month > shown.at(-1)) this.month = monthOf(monthsOn(`${month}-01`, 1 - shown.length));
    this.draw();
  }

  #turn(by) {
    this.month = monthOf(monthsOn(`${this.month}-01`, by));
    const shown = this.#months;
    if (!shown.includes(monthOf(this.at))) {
      const first = `${shown[0]}-01`;
      this.at = first < this.nights.first ? this.nights.first : first;
    }
    this.draw();
    this.root.querySelector(`[data-turn="${by}"]`).focus();
    tell(shown.map((month) => monthName(`${month}-01`)).join(", "));
  }

  #focus() {
    this.root.querySelector(`[data-day="${this.at}"]`)?.focus();
  }

  draw() {
    const shown = this.#months;
    const end = monthOf(shifted(this.nights.last, 1));
    this.root.replaceChildren(
      make(
        "div",
        { className: "calendar-bar" },
        this.#turner(-1, "‹", text("month_before"), shown[0] <= monthOf(this.nights.first)),
        this.#turner(1, "›", text("month_after"), shown.at(-1) >= end),
      ),
      make("div", { className: "calendar-months" }, ...shown.map((month) => this.#monthGrid(month))),
    );
    const days = [...this.root.querySelectorAll("[data-day]")];
    const stop = days.find((one) => one.dataset.day === this.at) ?? days[0];
    stop.tabIndex = 0;
  }

  #turner(by, sign, label, isEnd) {
    const button = make("button", { type: "button", className: "btn btn-quiet" }, sign);
    button.setAttribute("aria-label", label);
    button.setAttribute("data-turn", by);
    button.setAttribute("aria-disabled", isEnd);
    button.addEventListener("click", () => isEnd || this.#turn(by));
    return button;
  }

  #monthGrid(month) {
    const first = `${month}-01`;
    const id = `month-${month}`;
    const start = shiftedWeek(first, 0);
    const week = Array.from({ length: 7 }, (_, number) => shifted(start, number));
    const head = make(
      "tr",
      {},
      ...week.map((day) =>
        make("th", { scope: "col", abbr: weekdayName(day) }, weekdayLetters(day)),
      ),
    );
    const rows = [];
    for (let day = start; day < monthsOn(first, 1); day = shifted(day, 7)) {
      const days = Array.from({ length: 7 }, (_, number) => shifted(day, number));
      rows.push(make("tr", {}, ...days.map((one) => this.#cell(one, month))));
    }
    const grid = make(
      "table",
      { role: "grid", "aria-labelledby": id },
      make("thead", {}, head),
      make("tbody", {}, ...rows),
    );
    return make("div", {}, make("h3", { id }, monthName(first)), grid);
  }

  #cell(day, month) {
    if (monthOf(day) !== month) return make("td");
    const refusal = this.#refusal(day);
    const price = this.nights.isOpen(day) && day >= this.nights.first && this.nights.nights.get(day);
    const button = make(
      "button",
      { type: "button", tabIndex: -1, className: this.#look(day) },
      make("span", {}, String(asDate(day).getUTCDate())),
      make("small", {}, price && !this.#isTooLate(day) ? shortAmount(price.price) : ""),
    );
    button.setAttribute("data-day", day);
    button.setAttribute("aria-label", this.#name(day, refusal, price));
    if (refusal) button.setAttribute("aria-disabled", "true");
    if (day === this.arrival || day === this.departure) button.setAttribute("aria-pressed", "true");
    return make("td", {}, button);
  }

  #isTooLate(day) {
    return this.#choosesDeparture && day > this.nights.lastDeparture(this.arrival);
  }

  #look(day) {
    const { arrival, departure } = this;
    if (day === arrival) return departure ? "day day-end day-arrival" : "day day-end";
    if (day === departure) return "day day-end day-departure";
    return departure && day > arrival && day < departure ? "day day-between" : "day";
  }

  #name(day, refusal, price) {
    const { arrival, departure } = this;
    const parts = [longDay(day)];
    if (price && !refusal) parts.push(text("from_price", { price: money(price.price) }));
    if (day === arrival) parts.push(text("arrival"));
    else if (day === departure) parts.push(text("departure"));
    else if (departure && day > arrival && day < departure) parts.push(text("in_stay"));
    else parts.push(refusal || text("free"));
    return parts.join(", ");
  }

  // What to do next, in words.
  help() {
    const { arrival, departure, nights } = this;
    if (arrival && departure) {
      const chosen = text("chosen", { arrival: longDay(arrival), departure: longDay(departure) });
      return `${chosen} (${counted("nights", nightsOf(arrival, departure))})`;
    }
    if (arrival && !nights.asksForDeparture) return `${longDay(arrival)}`;
    if (!arrival) return text("choose_arrival");
    const words = [text("choose_departure")];
    if (nights.period) words.push(text("weeks_only", { nights: nights.period }));
    else if (nights.least(arrival) > 1) words.push(counted("at_least", nights.least(arrival)));
    return words.join(" ");
  }
}
