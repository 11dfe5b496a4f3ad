// Calls of the public booking API, within one booking session.

import { setup, text } from "./words.js";

const STORED = `bookyflow-book-${setup.property}`;
const PATIENCE = 20_000; // milliseconds for one answer
const PAUSES = [500, 1500, 4000]; // before a call is made again
const AGAIN = new Set([502, 503, 504]);
const LONGEST_PAUSE = 10; // seconds that a server may ask for

// An answer that says no: `key` says why, `fields` where.
export class Refusal extends Error {
  constructor(problem) {
    super(problem.detail);
    this.key = problem.key;
    this.detail = problem.detail;
    this.fields = problem.fields ?? {};
    this.page = problem.confirmation_url;
  }
}

export class Api {
  constructor({ waiting }) {
    this.waiting = waiting; // told whether a call is made again
    this.behind = 0; // milliseconds that the clock here is behind the server's
    this.#remember(handedOver() ?? stored() ?? { id: random(), token: "" });
  }

  get isOld() {
    return Boolean(this.session.token);
  }

  // Begin a session, or go on with the one that this window had.
  async begin() {
    const path = `booking/initialise/${setup.property}/${setup.language}`;
    const { response } = await this.call("GET", path);
    this.#remember({ ...this.session, token: response.data.session_token });
    return response.data;
  }

  forget() {
    this.#remember({ id: random(), token: "" });
  }

  // For a call that may be made twice by the guest, and is to count once.
  newKey() {
    return { "Idempotency-Key": random() };
  }

  #remember(session) {
    this.session = session;
    try {
      sessionStorage.setItem(STORED, JSON.stringify(session));
    } catch {
      // Frames of other sites may have none; then a reload begins anew.
    }
  }

  // The value of an answer. Without an answer the call is made again, under the same key, so that
  // nothing happens twice. Throws Refusal.
  async call(method, path, body, headers = {}) {
    const sent = {
      Accept: "application/json",
      "Accept-Language": setup.language,
      "X-BOOKYFLOW-booking-session-id": this.session.id,
    };
    if (this.session.token) sent["X-BOOKYFLOW-booking-session-token"] = this.session.token;
    if (body !== undefined) sent["Content-Type"] = "application/json";
    if (method !== "GET") Object.assign(sent, this.newKey());
    Object.assign(sent, headers);
    const options = { method, headers: sent, body: body && JSON.stringify(body), cache: "no-store" };
    const address = `${setup.api}/${path}`;
    try {
      for (const pause of PAUSES) {
        const answer = await attempt(address, options);
        const wait = answer ? again(answer, pause) : pause;
        if (answer && !wait) return this.#value(answer);
        this.waiting(true);
        await new Promise((done) => setTimeout(done, wait));
      }
      const last = await attempt(address, options);
      if (last) return this.#value(last);
    } finally {
      this.waiting(false);
    }
    throw new Refusal({ key: "no_connection", detail: text("no_connection") });
  }

  #value({ response, said }) {
    const date = Date.parse(response.headers.get("Date") ?? "");
    if (date) this.behind = date - Date.now();
    if (response.ok && said?.data) return Object.values(said.data)[0];
    throw new Refusal(said?.key ? said : { key: "failed", detail: text("failed") });
  }
}

async function attempt(address, options) {
  try {
    const response = await fetch(address, { ...options, signal: AbortSignal.timeout(PATIENCE) });
    return { response, said: await response.json().catch(() => null) };
  } catch {
    return null;
  }
}

// For how long to wait before the call is made again; 0: its answer counts.
function again({ response, said }, pause) {
  const asked = Number(response.headers.get("Retry-After") ?? 0);
  if (response.status === 429) return asked && asked <= LONGEST_PAUSE ? asked * 1000 : 0;
  if (AGAIN.has(response.status) || said?.key === "idempotency_in_progress") {
    return Math.max(pause, Math.min(asked, LONGEST_PAUSE) * 1000);
  }
  return 0;
}

// A session that another page has begun: its id in the query, its token in the fragment, which no
// server sees. What is left to do is to look at it, and to pay.
function handedOver() {
  const asked = new URLSearchParams(location.search);
  const [id, token] = [asked.get("jsid"), location.hash.slice(1)];
  if (!id || !token) return null;
  asked.delete("jsid");
  history.replaceState({ step: "review", depth: 0 }, "", `${location.pathname}?${asked}`);
  return { id, token };
}

function stored() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED));
  } catch {
    return null;
  }
}

function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replace(/[+/]/g, "x");
}
