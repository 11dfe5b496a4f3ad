// Whom the stay is for.

import { byId, make } from "./dom.js";
import { text } from "./words.js";

const KINDS = {
  firstname: { autocomplete: "given-name" },
  surname: { autocomplete: "family-name" },
  street: { autocomplete: "address-line1" },
  postcode: { autocomplete: "postal-code" },
  town: { autocomplete: "address-level2" },
  country: { autocomplete: "country" },
  region: { autocomplete: "address-level1" },
  tel_mobile: { autocomplete: "tel", type: "tel" },
  tel_landline: { type: "tel" },
  email: { autocomplete: "email", type: "email" },
};
const ORDER = [
  "firstname",
  "surname",
  "email",
  "tel_mobile",
  "tel_landline",
  "street",
  "house",
  "postcode",
  "town",
  "country",
  "region",
];
const ALWAYS = new Set(["firstname", "country"]);

export class Address {
  // `regions` is asked for those of a country.
  constructor(data, regions) {
    this.countries = data.countries;
    this.regions = regions;
    this.asked = [...data.address_form_fields].sort(
      (one, other) => ORDER.indexOf(one.field) - ORDER.indexOf(other.field),
    );
    const isShown = ({ field, required }) => required || ALWAYS.has(field);
    byId("address").append(...this.asked.filter(isShown).map((one) => this.#field(one)));
    const others = this.asked.filter((one) => !isShown(one));
    byId("address-more").hidden = !others.length;
    byId("address-more")
      .querySelector(".book-fields")
      .append(...others.map((one) => this.#field(one)));
    this.questions = (data.questions ?? []).map((one) => ({
      ...one,
      question: one.question || one.field,
    }));
    const isAsked = ({ required }) => required;
    byId("address").append(...this.questions.filter(isAsked).map((one) => this.#question(one)));
    const free = this.questions.filter((one) => !isAsked(one));
    byId("address-more").hidden &&= !free.length;
    byId("address-more")
      .querySelector(".book-fields")
      .append(...free.map((one) => this.#question(one)));
    this.#element("country")?.addEventListener("change", () => this.#offerRegions());
    this.#offerRegions();
  }

  #field({ field, label, required }) {
    const id = `address-${field}`;
    const kind = KINDS[field] ?? {};
    const isList = field === "country" || field === "region";
    const input = isList
      ? make("select", { id, name: field, className: "form-select" }, ...this.#options(field))
      : make("input", { id, name: field, className: "form-control", type: kind.type ?? "text" });
    input.setAttribute("autocomplete", kind.autocomplete ?? "off");
    input.required = required;
    const more = required ? null : make("small", {}, `(${text("optional")})`);
    const title = make("label", { htmlFor: id, className: "form-label" }, `${label} `, more);
    return make("div", { className: "book-field" }, title, input);
  }

  // A question of the property's own.
  #question({ field, question, answer, required }) {
    const id = `answer-${field}`;
    const name = `answers.${field}`;
    if (answer === "flag") {
      const box = make("input", { id, name, type: "checkbox", className: "form-check-input" });
      const label = make("label", { htmlFor: id, className: "form-check-label" }, question);
      return make("div", { className: "book-field form-check" }, box, label);
    }
    const props = { id, name, className: "form-control", maxLength: 2000 };
    if (answer === "date") props.type = "date";
    if (answer === "number") props.inputMode = "decimal";
    const input = make("input", { ...props, required, autocomplete: "off" });
    const more = required ? null : make("small", {}, `(${text("optional")})`);
    const label = make("label", { htmlFor: id, className: "form-label" }, `${question} `, more);
    return make("div", { className: "book-field" }, label, input);
  }

  #answer({ field, answer }) {
    const input = byId(`answer-${field}`);
    return answer === "flag" ? input.checked : input.value.trim();
  }

  get answers() {
    const given = this.questions.map((one) => [one.field, this.#answer(one)]);
    return Object.fromEntries(given.filter(([, value]) => value !== ""));
  }

  // The questions with their answers, as words.
  get said() {
    return this.questions
      .map((one) => [one.question, this.#answer(one)])
      .filter(([, value]) => value)
      .map(([question, value]) => [question, value === true ? "✓" : value]);
  }

  #options(field) {
    const none = make("option", { value: "" }, text("please_choose"));
    if (field !== "country") return [none];
    return [none, ...Object.entries(this.countries)
      .sort((one, other) => one[1].localeCompare(other[1], document.documentElement.lang))
      .map(([code, name]) => make("option", { value: code }, name))];
  }

  #element(field) {
    return byId(`address-${field}`);
  }

  // A country without regions is asked for none.
  async #offerRegions(chosen = "") {
    const select = this.#element("region");
    if (!select) return;
    const country = this.#element("country")?.value ?? "";
    const regions = country ? await this.regions(country) : {};
    if (country !== (this.#element("country")?.value ?? "")) return;
    const options = Object.entries(regions)
      .sort((one, other) => one[1].localeCompare(other[1], document.documentElement.lang))
      .map(([id, name]) => make("option", { value: id, selected: id === chosen }, name));
    select.replaceChildren(...this.#options("region"), ...options);
    select.closest(".book-field").hidden = !options.length;
  }

  set(told, answers = {}) {
    for (const { field, answer } of this.questions) {
      const value = answers[field];
      if (answer === "flag") byId(`answer-${field}`).checked = value === true;
      else byId(`answer-${field}`).value = value ?? "";
    }
    for (const { field } of this.asked) {
      if (told[field] && field !== "region") this.#element(field).value = told[field];
    }
    this.#offerRegions();
  }

  get told() {
    const fields = this.asked.map(({ field }) => [field, this.#element(field).value.trim()]);
    return Object.fromEntries(fields.filter(([, value]) => value));
  }

  get name() {
    const { firstname = "", surname = "" } = this.told;
    return `${firstname} ${surname}`.trim();
  }

  // The lines of the address, for who checks them.
  get lines() {
    const { street = "", house = "", postcode = "", town = "", country = "" } = this.told;
    const lines = [`${street} ${house}`, `${postcode} ${town}`, this.countries[country] ?? ""];
    return lines.map((line) => line.trim()).filter(Boolean);
  }

  // What is missing or no e-mail address, as fields with their problems; null where nothing is.
  problem() {
    const wrong = this.asked.filter(({ field, required }) => {
      const input = this.#element(field);
      const isAsked = required && !input.closest(".book-field").hidden;
      return (isAsked && !input.value.trim()) || !input.validity.valid && input.value;
    });
    const unanswered = this.questions.filter(
      (one) => one.required && one.answer !== "flag" && !this.#answer(one),
    );
    if (!wrong.length && !unanswered.length) return null;
    const missing = unanswered.map(({ field }) => [`answers.${field}`, text("answer_needed")]);
    const problems = wrong.map(({ field, required_label: words }) => {
      const input = this.#element(field);
      return [field, input.value ? input.validationMessage : words];
    });
    return { fields: Object.fromEntries([...problems, ...missing]) };
  }
}
