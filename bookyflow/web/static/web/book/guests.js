// How many come, and how old the children are.

import { byId, make, stepper } from "./dom.js";
import { setup, text } from "./words.js";

const MOST_CHILDREN = 20;
const OLDEST = 17;

export class Party {
  constructor(data, changed) {
    this.changed = changed;
    this.takesChildren = data.children_allowed;
    this.mostAdults = Math.max(data.capacity.adults, 1);
    this.set(Math.min(setup.guests, this.mostAdults), []);
  }

  // `ages` has null for a child whose age is not known yet.
  set(adults, ages) {
    this.adults = adults;
    this.ages = [...ages];
    this.#draw();
  }

  #draw() {
    const rows = [
      this.#row("adults", text("adults_title"), 1, this.mostAdults, this.adults, (number) => {
        this.adults = number;
        this.changed();
      }),
    ];
    if (this.takesChildren) {
      const count = this.ages.length;
      rows.push(
        this.#row("child_ages", text("children_title"), 0, MOST_CHILDREN, count, (number) => {
          this.ages = Array.from({ length: number }, (_, place) => this.ages[place] ?? null);
          this.#drawAges();
          this.changed();
        }),
        make("div", { id: "ages", className: "book-fields" }),
      );
    }
    byId("guests").replaceChildren(...rows);
    this.#drawAges();
  }

  #row(name, label, least, most, value, change) {
    const id = `guests-${name}`;
    return make(
      "div",
      { className: "book-row book-field" },
      make("label", { htmlFor: id, className: "form-label" }, label),
      stepper({ id, name, label, least, most, value, change }),
    );
  }

  #drawAges() {
    const fields = this.ages.map((age, place) => {
      const id = `age-${place}`;
      const years = Array.from({ length: OLDEST + 1 }, (_, year) =>
        make("option", { value: year, selected: age === year }, String(year)),
      );
      const none = make("option", { value: "", selected: age === null }, text("please_choose"));
      const select = make("select", { id, name: id, className: "form-select" }, none, ...years);
      select.addEventListener("change", () => {
        this.ages[place] = select.value === "" ? null : Number(select.value);
        this.changed();
      });
      const label = text("age_of_child", { number: place + 1 });
      return make(
        "div",
        { className: "book-field" },
        make("label", { htmlFor: id, className: "form-label" }, label),
        select,
      );
    });
    byId("ages")?.replaceChildren(...fields);
  }

  // What is missing, as fields with their problems; null where nothing is.
  problem() {
    const missing = this.ages.flatMap((age, place) => (age === null ? [place] : []));
    if (!missing.length) return null;
    const words = text("age_needed");
    return { fields: Object.fromEntries(missing.map((place) => [`age-${place}`, words])) };
  }

  get wanted() {
    return { adults: this.adults, child_ages: this.ages };
  }
}
