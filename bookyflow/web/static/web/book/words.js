// Texts, amounts and days in the language of the page.

export const setup = JSON.parse(document.getElementById("setup").textContent);

const numbers = new Intl.PluralRules(setup.language);
export let currency = "EUR";

// Amounts are in the property's.
export function setCurrency(code) {
  currency = code;
}

export function text(name, values = {}) {
  return filled(setup.texts[name], values);
}

// A text that depends on a number.
export function counted(name, count, values = {}) {
  const forms = setup.texts[name];
  return filled(forms[numbers.select(count)] ?? forms.other, { count, ...values });
}

function filled(pattern, values) {
  return pattern.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
}

export function money(amount) {
  return new Intl.NumberFormat(setup.language, { style: "currency", currency }).format(amount);
}

// For the small fields of the calendar, where the currency is told below.
export function shortAmount(amount) {
  const notation = amount >= 10000 ? "compact" : "standard";
  return new Intl.NumberFormat(setup.language, { maximumFractionDigits: 0, notation }).format(amount);
}

// Days are texts such as "2027-06-10"; as dates they are midnights in UTC, which have no summer time.
const DAY = 24 * 60 * 60 * 1000;
export const asDate = (day) => new Date(`${day}T00:00:00Z`);
export const asDay = (date) => date.toISOString().slice(0, 10);
export const shifted = (day, count) => asDay(new Date(asDate(day).getTime() + count * DAY));
export const nightsOf = (arrival, departure) => (asDate(departure) - asDate(arrival)) / DAY;
export const weekdayOf = (day) => asDate(day).getUTCDay();

// The same day of another month, or its last day.
export function monthsOn(day, count) {
  const date = asDate(day);
  const wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(wanted, last));
  return asDay(date);
}

const written = (options) => {
  const format = new Intl.DateTimeFormat(setup.language, { timeZone: "UTC", ...options });
  return (day) => format.format(asDate(day));
};
export const longDay = written({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
export const shortDay = written({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
export const monthName = written({ month: "long", year: "numeric" });
export const weekdayName = written({ weekday: "long" });
export const weekdayLetters = written({ weekday: "short" });

export function clock(moment) {
  return new Intl.DateTimeFormat(setup.language, { timeStyle: "short" }).format(moment);
}

export function moment(text) {
  const options = { dateStyle: "long", timeStyle: "short" };
  return new Intl.DateTimeFormat(setup.language, options).format(new Date(text));
}

// 0 Sunday to 6 Saturday, as the language's country has it.
export function firstWeekday() {
  const locale = new Intl.Locale(setup.language).maximize();
  const week = locale.getWeekInfo?.() ?? locale.weekInfo;
  return (week?.firstDay ?? 1) % 7;
}

// A day of the week that a day is in, from its first one.
export function shiftedWeek(day, number) {
  return shifted(day, number - ((weekdayOf(day) - firstWeekday() + 7) % 7));
}
