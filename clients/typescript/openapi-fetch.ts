// A channel's and a guest's booking with openapi-fetch and the types of openapi-typescript.
// script/clients makes the types and runs this against a site of its own.

import createClient from "openapi-fetch";
import {
  arrival, booker, channel, check, clientId, clientSecret, departure, guest, lastNight, property,
  site,
} from "./facts.js";
import type { paths } from "./generated/openapi-typescript.js";

const open = createClient<paths>({ baseUrl: site });

const given = await open.POST("/bookyflow/api/oauth/token", {
  body: { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret },
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
});
if (given.error) throw new Error(given.error.error_description ?? given.error.error);
const api = createClient<paths>({
  baseUrl: site,
  headers: { Authorization: `Bearer ${given.data.access_token}` },
});

check(given.data.expires_in > 0, `a token for ${given.data.scope}`);
const header = { "X-BOOKYFLOW-channel-name": channel };

// As a channel: list, price, book twice, read back, cancel.

const listed = await api.GET("/bookyflow/api/properties/all");
check(listed.data?.data.ids.includes(property) ?? false, `properties ${listed.data?.data.ids}`);

const priced = await api.GET(
  "/bookyflow/api/cmf/property/price/{property_uid}/{start_date}/{end_date}/{number_of_people}",
  {
    params: {
      header,
      path: {
        property_uid: property,
        start_date: arrival,
        end_date: lastNight,
        number_of_people: 2,
      },
    },
  },
);
const price = priced.data?.data.response["2"]?.total;
if (price === undefined) throw new Error(`no price: ${JSON.stringify(priced.error)}`);
check(Number(price) > 0, `two nights for two cost ${price}`);

const remoteId = `openapi-fetch-${arrival}`;
const stay = {
  property_id: property,
  date_from: arrival,
  date_to: lastNight,
  channel_price: price,
  guest_number: 2,
};
const reservation = {
  remote_reservation_id: remoteId,
  referrer: "openapi-fetch",
  guest_info: guest,
  stay_infos: [stay],
};
const numbers = new Set<number>();
for (const replayed of [null, "true"]) {
  const added = await api.PUT("/bookyflow/api/cmf/reservations/add", {
    params: { header: { ...header, "Idempotency-Key": remoteId } },
    body: { reservations: { reservations: [reservation] } },
  });
  const booked = added.data?.data.response.successful_bookings[remoteId];
  if (!booked) throw new Error(JSON.stringify(added.error ?? added.data));
  numbers.add(booked.link.contract_uid);
  const seen = added.response.headers.get("Idempotency-Replayed");
  check(seen === replayed, `booked ${[...numbers]}, Idempotency-Replayed: ${seen}`);
}
check(numbers.size === 1, "one booking");

for (const contract_uid of numbers) {
  const read = await api.GET(
    "/bookyflow/api/cmf/property/booking/{property_uid}/{contract_uid}",
    { params: { header, path: { property_uid: property, contract_uid } } },
  );
  check(read.data?.data.response[0]?.date_from === arrival, "read back");
}

const cancelled = await api.PUT("/bookyflow/api/cmf/reservations/cancel", {
  params: { header },
  body: { reservation_ids: [remoteId] },
});
check(cancelled.data?.data.response.results[remoteId]?.success ?? false, "cancelled");

// As a guest, without a key pair: quote, hold, confirm, read back.

const quoted = await open.POST("/bookyflow/api/booking/quote", {
  body: { property_uid: property, arrival, departure, adults: 2, rooms: [{ room_type_uid: 1 }] },
});
if (quoted.error) throw new Error(quoted.error.detail);
const held = await open.POST("/bookyflow/api/booking/hold", {
  body: { quote: quoted.data.data.quote.quote },
});
if (held.error) throw new Error(held.error.detail);
check(held.data.data.hold.total === quoted.data.data.quote.total, `held for ${price}`);

const { reference, token } = held.data.data.hold;
const own = { "X-BOOKYFLOW-booking-token": token };
const booked = await open.POST("/bookyflow/api/booking/confirm", {
  params: { header: own },
  body: { reference, guest: booker },
});
if (booked.error) throw new Error(booked.error.detail);
const read = await open.GET("/bookyflow/api/booking/{reference}", {
  params: { header: own, path: { reference } },
});
check(read.data?.data.booking.arrival === arrival, "booked and read back");

// Refused: for a field, for a state, for a token.

const past = await open.POST("/bookyflow/api/booking/quote", {
  body: { property_uid: property, arrival: "2026-01-01", departure: "2026-01-02", adults: 2 },
});
check(past.error?.status === 409, `${past.error?.key}: ${past.error?.detail}`);

const invalid = await api.PUT("/bookyflow/api/cmf/reservations/cancel", {
  params: { header },
  body: { reservation_ids: [""] },
});
check(
  invalid.error?.status === 400,
  `${invalid.error?.key}: ${JSON.stringify(invalid.error?.fields)}`,
);

const unknown = await open.GET("/bookyflow/api/properties/all", {
  headers: { Authorization: "Bearer nothing" },
});
check(unknown.error?.status === 401, `${unknown.error?.key}: ${unknown.error?.detail}`);
