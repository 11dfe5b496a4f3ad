// Paying what is due: at a payment service, in a window of its own, or as the property says.

import { make, tell } from "./dom.js";
import { money, text } from "./words.js";

const PAUSE = 3000; // milliseconds between two looks at whether it is paid
const LONGEST = 45 * 60_000;
const UNDER_WAY = new Set(["new", "open"]);

export class Payment {
  // Of what has a reference and a token; `also` goes with the call that begins it.
  constructor(api, { reference, token }, also = {}) {
    this.api = api;
    this.path = `payments/${reference}`;
    this.headers = { "X-BOOKYFLOW-booking-token": token };
    this.also = also;
  }

  #call(method, path, body) {
    return this.api.call(method, path, body, this.headers);
  }

  // Offer the ways to pay there are; `paid` is called once the money has come.
  async offer(box, paid) {
    const methods = await this.#call("GET", `${this.path}/methods`).catch(() => []);
    const parts = [];
    for (const method of methods) {
      if (method.is_online) parts.push(this.#button(method, box, paid));
      else if (method.instructions) {
        const words = make("p", { className: "book-instructions" }, method.instructions);
        parts.push(make("h3", {}, `${text("how_to_pay")}: ${method.title}`), words);
      }
    }
    box.replaceChildren(...parts);
    return methods.length > 0;
  }

  #button({ provider, title, amount }, box, paid) {
    const label = `${text("pay_now")}: ${money(amount)} (${title})`;
    const button = make("button", { type: "button", className: "btn btn-brand" }, label);
    const told = make("p", { role: "status" });
    button.addEventListener("click", async () => {
      if (button.getAttribute("aria-disabled")) return;
      button.setAttribute("aria-disabled", "true");
      told.textContent = text("please_wait");
      // Opened now, while it is the click that opens it; filled once there is an address.
      const tab = window.open("", "_blank");
      try {
        await this.#begin(provider, tab, told);
        const again = () => button.removeAttribute("aria-disabled");
        this.#watch(told, paid, again).catch(again);
      } catch (refusal) {
        tab?.close();
        button.removeAttribute("aria-disabled");
        if (!refusal.key) throw refusal;
        told.textContent = refusal.detail;
      }
    });
    return make("div", { className: "book-pay" }, button, told);
  }

  async #begin(provider, tab, told) {
    const back = new URL(location.pathname, location.origin);
    back.search = new URLSearchParams({ lang: document.documentElement.lang, back: "payment" });
    const asked = { provider, return_url: back.href, ...this.also };
    const { checkout_url: address } = await this.#call("POST", this.path, asked);
    const link = make("a", { href: address, target: "_blank", rel: "noopener" }, text("payment_page"));
    told.replaceChildren(text("payment_waits"), " ", link);
    if (!tab) return;
    tab.opener = null;
    tab.location.href = address;
  }

  async #watch(told, paid, failed) {
    const end = Date.now() + LONGEST;
    while (Date.now() < end && told.isConnected) {
      await new Promise((done) => setTimeout(done, PAUSE));
      const found = await this.#call("GET", this.path).catch(() => null);
      if (!found || UNDER_WAY.has(found.payment_status)) continue;
      if (found.payment_status === "paid") {
        await paid();
        return;
      }
      told.textContent = text("not_paid");
      tell(text("not_paid"));
      break;
    }
    failed();
  }
}
