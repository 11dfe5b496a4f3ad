// Which rooms at which tariffs, and which extras.

import { byId, make, stepper } from "./dom.js";
import { counted, money, setup, text } from "./words.js";

const MOST_OF_AN_EXTRA = 50;
const PER_CENT = "100";
const SOON = 400; // milliseconds after the last change, a price is asked for

export class Choice {
  // `changed` is called with each change of what is chosen, and `price` once it rests.
  constructor(data, { changed, price }) {
    this.allExtras = data.extras.extras;
    this.models = data.extras.extra_models_explanation;
    this.changed = changed;
    this.price = price;
    this.offers = [];
    this.quantities = new Map(); // offer and tariff → number of rooms
    this.extras = {};
    this.hasExtras = this.allExtras.length > 0;
    byId("rooms-set").hidden = setup.isWhole;
    byId("extras-set").hidden = !this.hasExtras;
  }

  get isNeeded() {
    return !setup.isWhole || this.hasExtras;
  }

  // Offer what is free, keeping what was chosen as far as it is there.
  offer(free, arrival, pairs, extras = this.extras) {
    this.arrival = arrival;
    this.offers = setup.byRoom ? offersByRoom(free) : offersByType(free);
    this.quantities = new Map();
    for (const offer of this.offers) {
      for (const tariff of offer.tariffs) {
        const count = tariff.pairs.filter((pair) => pairs.includes(pair)).length;
        if (count) this.quantities.set(tariff.key, count);
      }
    }
    const [only] = this.offers;
    if (!this.quantities.size && this.offers.length === 1 && only.tariffs.length === 1) {
      this.quantities.set(only.tariffs[0].key, 1);
    }
    this.extras = { ...extras };
    this.#drawRooms();
    this.#drawExtras();
    this.#priceSoon();
  }

  #drawRooms() {
    const found = this.offers.map((offer) => this.#card(offer));
    const none = make("p", {}, text("no_rooms"));
    byId("rooms").replaceChildren(...(found.length ? found : [none]));
  }

  #card(offer) {
    const left = setup.byRoom ? "" : counted("rooms_left", offer.free);
    const told = [offer.places && counted("up_to", offer.places), left];
    const facts = [...told, ...offer.features].filter(Boolean).join(" · ");
    return make(
      "div",
      { className: "book-offer" },
      offer.image ? make("img", { src: offer.image, alt: "", loading: "lazy" }) : null,
      make(
        "div",
        {},
        make("h3", {}, offer.title),
        make("p", { className: "book-facts" }, facts),
        ...offer.tariffs.map((tariff) => this.#tariff(offer, tariff)),
      ),
    );
  }

  #tariff(offer, tariff) {
    const id = `rooms-${tariff.key}`;
    const title = tariff.name ? `${offer.title}, ${tariff.name}` : offer.title;
    const name = setup.perPerson ? "per_person_night" : "per_night";
    return make(
      "div",
      { className: "book-row" },
      make(
        "div",
        {},
        make("label", { htmlFor: id }, tariff.name || offer.title),
        make("small", {}, text(name, { price: money(tariff.night) })),
      ),
      setup.byRoom ? this.#tick(offer, tariff, id, title) : this.#number(offer, tariff, id, title),
    );
  }

  #number(offer, tariff, id, title) {
    return stepper({
      id,
      name: id,
      label: text("quantity_of", { what: title }),
      visible: tariff.name || offer.title,
      most: offer.free,
      value: this.#count(tariff),
      change: (number) => {
        this.#take(tariff, number);
        this.#limit(offer);
      },
    });
  }

  // A room by itself is had at one tariff.
  #tick(offer, tariff, id, title) {
    const box = make("input", { type: "checkbox", id, className: "form-check-input" });
    box.setAttribute("aria-label", title);
    box.checked = this.#count(tariff) > 0;
    box.addEventListener("change", () => {
      for (const other of offer.tariffs) {
        this.quantities.delete(other.key);
        byId(`rooms-${other.key}`).checked = other === tariff && box.checked;
      }
      this.#take(tariff, box.checked ? 1 : 0);
    });
    return box;
  }

  #take(tariff, number) {
    this.quantities.set(tariff.key, number);
    this.#drawExtras();
    this.#priceSoon();
  }

  // The tariffs of an offer share its rooms.
  #limit(offer) {
    const taken = offer.tariffs.reduce((sum, one) => sum + this.#count(one), 0);
    for (const tariff of offer.tariffs) {
      const box = byId(`rooms-${tariff.key}`).closest(".stepper");
      box.limit(offer.free - taken + this.#count(tariff));
    }
  }

  #count(tariff) {
    return this.quantities.get(tariff.key) ?? 0;
  }

  #drawExtras() {
    const types = new Set(this.#chosen().map(({ offer }) => offer.type));
    const fits = (extra) =>
      (!extra.room_type_uid || types.has(extra.room_type_uid)) &&
      (!extra.valid_from || extra.valid_from <= this.arrival) &&
      (!extra.valid_to || extra.valid_to >= this.arrival);
    const offered = this.allExtras.filter(fits);
    for (const id of Object.keys(this.extras)) {
      if (!offered.some((extra) => String(extra.extra_uid) === id)) delete this.extras[id];
    }
    const known = [...byId("extras").children].map((row) => row.dataset.extra).join();
    if (known && known === offered.map((extra) => extra.extra_uid).join()) return;
    byId("extras").replaceChildren(...offered.map((extra) => this.#extra(extra)));
  }

  #extra(extra) {
    const id = `extra-${extra.extra_uid}`;
    const model = this.models[extra.model];
    const amount = String(extra.model) === PER_CENT ? `${Number(extra.price)} %` : money(extra.price);
    const words = extra.forced ? `${amount} · ${model} · ${text("always_included")}` : `${amount} · ${model}`;
    const row = make(
      "div",
      { className: "book-row" },
      make(
        "div",
        {},
        make(extra.forced ? "span" : "label", extra.forced ? {} : { htmlFor: id }, extra.name),
        make("small", {}, words),
        extra.description ? make("small", {}, extra.description) : null,
      ),
      extra.forced ? null : this.#quantity(extra, id),
    );
    row.dataset.extra = extra.extra_uid;
    return row;
  }

  #quantity(extra, id) {
    const set = (number) => {
      if (number) this.extras[extra.extra_uid] = number;
      else delete this.extras[extra.extra_uid];
      this.#priceSoon();
    };
    const value = this.extras[extra.extra_uid] ?? 0;
    if (extra.max_quantity === 1) {
      const box = make("input", { type: "checkbox", id, checked: value > 0, className: "form-check-input" });
      box.addEventListener("change", () => set(box.checked ? 1 : 0));
      return box;
    }
    const label = text("quantity_of_extra", { what: extra.name });
    const most = extra.max_quantity || MOST_OF_AN_EXTRA;
    return stepper({ id, name: id, label, visible: extra.name, most, value, change: set });
  }

  #chosen() {
    return this.offers.flatMap((offer) =>
      offer.tariffs
        .filter((tariff) => this.#count(tariff))
        .map((tariff) => ({ offer, tariff, count: this.#count(tariff) })),
    );
  }

  get isEmpty() {
    return !setup.isWhole && !this.#chosen().length;
  }

  // The rooms chosen, as words.
  get names() {
    return this.#chosen().map(({ offer, tariff, count }) =>
      tariff.name ? `${count} × ${offer.title} (${tariff.name})` : `${count} × ${offer.title}`,
    );
  }

  get extraNames() {
    return this.allExtras
      .filter((extra) => extra.forced || this.extras[extra.extra_uid])
      .map((extra) => (extra.forced ? extra.name : `${this.extras[extra.extra_uid]} × ${extra.name}`));
  }

  // What is chosen, as the session takes it: a pair of room and tariff for each room.
  get wanted() {
    const taken = new Map();
    const pairs = this.#chosen().flatMap(({ offer, tariff, count }) => {
      const from = taken.get(offer) ?? 0;
      taken.set(offer, from + count);
      return tariff.pairs.slice(from, from + count);
    });
    return { selectedRooms: pairs.join(","), extras: this.extras };
  }

  // What is chosen, as a quote takes it.
  get asked() {
    const rooms = this.#chosen().flatMap(({ offer, tariff, count }) =>
      Array.from({ length: count }, () => ({
        room_type_uid: offer.type,
        tariff_type_uid: tariff.tariff,
      })),
    );
    return setup.isWhole ? { extras: this.extras } : { rooms, extras: this.extras };
  }

  #priceSoon() {
    this.changed();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.price(), SOON);
  }
}

function offersByType({ room_types: types }) {
  return Object.values(types).map((found) => {
    const info = found.room_type_info;
    return {
      type: info.room_type_id,
      title: info.room_class_abbv,
      image: info.images[0]?.small ?? "",
      places: found.occupancy_levels.max_occupancy,
      features: Object.values(found.room_type_features).map((one) => one.feature_description),
      free: found.room_type_rooms[0]?.hatPairs.length ?? 0,
      tariffs: found.room_type_rooms.map((tariff, place) =>
        tariffOf(tariff.tariff_name, tariff.hatPairs, found.room_type_tariffs[place].tariffs),
      ),
    };
  });
}

function offersByRoom({ rooms, room_types: types }) {
  const found = new Map();
  const names = new Map();
  for (const { room_type_rooms: tariffs } of Object.values(types)) {
    for (const tariff of tariffs) {
      for (const pair of tariff.hatPairs) names.set(pair, tariff.tariff_name);
    }
  }
  for (const [pair, offered] of Object.entries(rooms)) {
    const { room } = offered;
    const kind = offered.room_type.room_class_abbv;
    const offer = found.get(room.room_uid) ?? {
      type: room.room_type_id,
      title: `${room.room_name || room.room_number} (${kind})`,
      image: room.small_room_image || offered.room_type.image,
      places: room.max_people,
      features: Object.values(offered.room_features).map((one) => one.feature_description),
      free: 1,
      tariffs: [],
    };
    offer.tariffs.push(tariffOf(names.get(pair) ?? "", [pair], offered.tariffs));
    found.set(room.room_uid, offer);
  }
  return [...found.values()];
}

function tariffOf(name, pairs, nights) {
  const prices = Object.values(nights).map((night) => Number(night.gross_price));
  return {
    name,
    pairs,
    key: pairs[0].replace("^", "-"),
    tariff: Number(pairs[0].split("^")[1]),
    night: prices.reduce((sum, price) => sum + price, 0) / Math.max(prices.length, 1),
  };
}
