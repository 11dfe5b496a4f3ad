// Until when the rooms are held, and keeping them longer; told rarely, since it is read out.

import { byId, tell } from "./dom.js";
import { clock, counted, text } from "./words.js";

const TOLD_AT = [5, 2]; // minutes before the end
const MINUTE = 60_000;

export class Hold {
  // `keep` has the rooms held longer, or anew once they are held no more.
  constructor(api, keep) {
    this.api = api;
    this.box = byId("hold");
    this.button = this.box.querySelector("button");
    this.button.addEventListener("click", () => keep(this.isOver));
    this.until = null;
    this.told = new Set();
    setInterval(() => this.#look(), 1000);
  }

  get isOver() {
    return Boolean(this.until) && this.#left <= 0;
  }

  get #left() {
    return this.until - Date.now() - this.api.behind;
  }

  // Held until a moment, as the API writes it; null: nothing is held.
  set(moment) {
    this.until = moment ? new Date(moment) : null;
    for (const minutes of TOLD_AT) {
      if (this.until && this.#left > minutes * MINUTE) this.told.delete(minutes);
    }
    this.told.delete(0);
    this.#look();
  }

  get time() {
    return clock(this.until - this.api.behind);
  }

  #look() {
    this.box.hidden = !this.until;
    if (!this.until) return;
    const left = Math.max(this.#left, 0);
    const isOver = left === 0;
    const words = isOver ? text("held_no_more") : text("held_until", { time: this.time });
    const line = this.box.querySelector("p");
    if (line.textContent !== words) line.textContent = words;
    this.box.classList.toggle("is-near", left <= TOLD_AT[0] * MINUTE);
    this.button.hidden = left > TOLD_AT[0] * MINUTE;
    const label = text(isOver ? "hold_again" : "keep");
    if (this.button.textContent !== label) this.button.textContent = label;
    for (const minutes of [...TOLD_AT, 0]) {
      if (left > minutes * MINUTE || this.told.has(minutes)) continue;
      for (const more of TOLD_AT.filter((one) => one >= minutes)) this.told.add(more);
      this.told.add(minutes);
      tell(minutes ? counted("minutes_left", Math.ceil(left / MINUTE)) : words);
    }
  }
}
