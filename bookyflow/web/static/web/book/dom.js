// Elements, and what is wrong with them.

import { text } from "./words.js";

export const byId = (id) => document.getElementById(id);

// An element: `props` that are properties of it are set as such, others as attributes.
export function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name in element && !name.startsWith("aria")) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Say something to who cannot see it.
export function tell(words) {
  byId("told").textContent = words;
}

export function fact(list, name, ...values) {
  list.append(make("dt", {}, name));
  for (const value of values) list.append(make("dd", {}, value));
}

// A number with buttons for one less and one more. `change` is called with the new number.
export function stepper({ id, name, label, visible = label, least = 0, most, value, change }) {
  const input = make("input", {
    type: "number",
    inputMode: "numeric",
    id,
    name,
    min: least,
    max: most,
    value,
    className: "form-control",
  });
  const less = make("button", { type: "button", className: "btn btn-quiet" }, "−");
  const more = make("button", { type: "button", className: "btn btn-quiet" }, "+");
  less.setAttribute("aria-label", text("less", { what: label }));
  more.setAttribute("aria-label", text("more", { what: label }));
  if (visible !== label) input.setAttribute("aria-label", label);
  const set = (wanted, bySelf) => {
    const number = Math.min(Math.max(Math.round(Number(wanted)) || 0, least), Number(input.max));
    if (bySelf || String(number) !== input.value) input.value = number;
    less.setAttribute("aria-disabled", number <= least);
    more.setAttribute("aria-disabled", number >= Number(input.max));
    return number;
  };
  const go = (by) => {
    const before = Number(input.value);
    const number = set(before + by, true);
    if (number === before) return;
    tell(`${label}: ${number}`);
    change(number);
  };
  less.addEventListener("click", () => go(-1));
  more.addEventListener("click", () => go(1));
  input.addEventListener("change", () => change(set(input.value, true)));
  set(value, true);
  const box = make("div", { className: "stepper" }, less, input, more);
  box.limit = (number) => {
    input.max = Math.max(number, least);
    set(input.value, true);
  };
  return box;
}

export function clearProblems() {
  byId("problems").hidden = true;
  byId("problems").replaceChildren();
  for (const field of document.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  for (const told of document.querySelectorAll(".book-problem")) told.remove();
}

// What is typed anew is no longer what was wrong.
document.addEventListener("input", ({ target }) => {
  if (!target.hasAttribute?.("aria-invalid")) return;
  target.removeAttribute("aria-invalid");
  target.removeAttribute("aria-describedby");
  byId(`${target.id}-problem`)?.remove();
  if (!document.querySelector("[aria-invalid]")) clearProblems();
});

// Fields within fields by the names of both: `answers.diet`.
function flat(fields, before = "") {
  return Object.entries(fields).flatMap(([name, problems]) =>
    typeof problems === "object" && !Array.isArray(problems)
      ? flat(problems, `${before}${name}.`)
      : [[`${before}${name}`, problems]],
  );
}

// Show what is wrong: beside its fields, and all of it above; the keyboard goes on at the first.
export function showProblems(form, { detail, fields = {} }) {
  clearProblems();
  const list = make("ul");
  let first = null;
  for (const [name, problems] of flat(fields)) {
    const words = [problems].flat(9).map(String).join(" ");
    const field = form?.querySelector(`[name="${CSS.escape(name)}"]`);
    if (!field) {
      list.append(make("li", {}, words));
      continue;
    }
    const id = `${field.id}-problem`;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", id);
    field.closest("details")?.setAttribute("open", "");
    field.closest(".book-field, .stepper")?.append(
      make("p", { className: "book-problem errorlist", id }, words),
    );
    const label = form.querySelector(`label[for="${CSS.escape(field.id)}"]`);
    const named = label ? `${label.firstChild.textContent.trim()}: ${words}` : words;
    list.append(make("li", {}, make("a", { href: `#${field.id}` }, named)));
    first ??= field;
  }
  const box = byId("problems");
  if (first || list.children.length > 1) box.append(make("strong", {}, text("to_correct")), list);
  else box.append(make("p", {}, detail));
  box.hidden = false;
  (first ?? box).focus();
}
