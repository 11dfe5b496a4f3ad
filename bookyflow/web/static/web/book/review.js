// What is to be booked, and what has been.

import { byId, fact, make } from "./dom.js";
import { counted, longDay, moment, money, nightsOf, shortDay, text } from "./words.js";

const WORDS = new Set(["confirmed", "provisional", "enquiry"]);

export function guestsText({ adults, child_ages: ages }) {
  const parts = [counted("adults", adults)];
  if (ages.length) parts.push(counted("children", ages.length));
  return parts.join(", ");
}

// The stay as far as it is known, beside the steps.
export function drawSummary({ arrival, departure, party, choice, total }) {
  const list = byId("summary-facts");
  list.replaceChildren();
  byId("summary").hidden = !(arrival && departure);
  if (!arrival || !departure) return;
  const nights = counted("nights", nightsOf(arrival, departure));
  fact(list, text("dates"), `${shortDay(arrival)} – ${shortDay(departure)}`, nights);
  if (party) fact(list, text("guests"), guestsText(party));
  if (choice?.names.length) fact(list, text("rooms"), ...choice.names);
  if (choice?.extraNames.length && total) fact(list, text("extras"), ...choice.extraNames);
  if (total) fact(list, text("total"), make("strong", {}, money(total)));
}

export function drawReview({ arrival, departure, party, choice, address, note, price }) {
  const list = byId("review");
  list.replaceChildren();
  const nights = counted("nights", nightsOf(arrival, departure));
  fact(list, text("dates"), text("chosen", { arrival: longDay(arrival), departure: longDay(departure) }), nights);
  fact(list, text("guests"), guestsText(party));
  if (choice.names.length) fact(list, text("rooms"), ...choice.names);
  if (choice.extraNames.length) fact(list, text("extras"), ...choice.extraNames);
  fact(list, text("name"), address.name);
  fact(list, text("email"), address.told.email);
  const phones = [address.told.tel_mobile, address.told.tel_landline].filter(Boolean);
  if (phones.length) fact(list, text("phone"), ...phones);
  if (address.lines.length) fact(list, text("address"), ...address.lines);
  for (const [question, answer] of address.said) fact(list, question, answer);
  if (note) fact(list, text("remarks"), note);
  drawPrice(price);
}

function drawPrice(price) {
  const row = (name, amount, more) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, name, more ? make("small", {}, more) : null),
      make("td", {}, money(amount)),
    );
  byId("lines").replaceChildren(
    ...price.lines.map((line) => row(line.description, line.gross, line.explanation)),
  );
  const sums = [row(text("total"), price.total)];
  if (Number(price.deposit)) sums.push(row(text("deposit"), price.deposit));
  if (Number(price.security_deposit)) sums.push(row(text("security"), price.security_deposit));
  byId("sums").replaceChildren(...sums);
}

// What is held is not booked yet: it waits for the payment.
export function drawWaiting() {
  byId("done-title").textContent = text("pay_now");
  byId("done-text").replaceChildren(make("p", {}, text("held_while_paying")));
  byId("done-facts").replaceChildren();
}

// What has come of it: `booking` as the API shows it to who has its token.
export function drawDone(booking, email, another) {
  byId("done-title").textContent = text(WORDS.has(booking.status) ? booking.status : "confirmed");
  const paragraphs = [text("mail_sent", { email })];
  const owed = Math.max(Number(booking.deposit_required) - Number(booking.paid), 0);
  if (booking.pay_by && owed) {
    paragraphs.push(text("pay_by", { amount: money(owed), time: moment(booking.pay_by) }));
  }
  byId("done-text").replaceChildren(...paragraphs.map((words) => make("p", {}, words)));
  const list = byId("done-facts");
  list.replaceChildren();
  fact(list, text("reference"), make("strong", {}, booking.reference));
  const days = { arrival: longDay(booking.arrival), departure: longDay(booking.departure) };
  fact(list, text("dates"), text("chosen", days));
  fact(list, text("total"), money(booking.total));
  const button = make("button", { type: "button", className: "btn btn-quiet" }, text("book_another"));
  button.addEventListener("click", another);
  byId("done-pay").replaceChildren();
  byId("done-more").replaceChildren(button);
}
