// A channel's and a guest's booking with the client that @hey-api/openapi-ts makes.
// script/clients makes the client and runs this against a site of its own.

import {
  arrival, booker, channel, check, clientId, clientSecret, departure, guest, lastNight, property,
  site,
} from "./facts.js";
import { createClient, createConfig } from "./generated/hey-api/client/index.js";
import {
  bookingConfirm, bookingHold, bookingQuote, bookingRead, cmfPropertyBooking, cmfPropertyPrice,
  cmfPutReservationsAdd, cmfPutReservationsCancel, oauthToken, propertiesListIds,
} from "./generated/hey-api/index.js";

const open = createClient(createConfig({ baseUrl: site }));

const given = await oauthToken({
  client: open,
  body: { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret },
});
if (given.error) throw new Error(given.error.error_description ?? given.error.error);
const token = given.data.access_token;
const api = createClient(createConfig({ baseUrl: site, auth: () => token }));

check(given.data.expires_in > 0, `a token for ${given.data.scope}`);
const headers = { "X-BOOKYFLOW-channel-name": channel };

// As a channel: list, price, book twice, read back, cancel.

const listed = await propertiesListIds({ client: api });
check(listed.data?.data.ids.includes(property) ?? false, `properties ${listed.data?.data.ids}`);

const priced = await cmfPropertyPrice({
  client: api,
  headers,
  path: { property_uid: property, start_date: arrival, end_date: lastNight, number_of_people: 2 },
});
const price = priced.data?.data.response["2"]?.total;
if (price === undefined) throw new Error(`no price: ${JSON.stringify(priced.error)}`);
check(Number(price) > 0, `two nights for two cost ${price}`);

const remoteId = `hey-api-${arrival}`;
const stay = {
  property_id: property,
  date_from: arrival,
  date_to: lastNight,
  channel_price: price,
  guest_number: 2,
};
const reservation = {
  remote_reservation_id: remoteId,
  referrer: "hey-api",
  guest_info: guest,
  stay_infos: [stay],
};
const numbers = new Set<number>();
for (const replayed of [null, "true"]) {
  const added = await cmfPutReservationsAdd({
    client: api,
    headers: { ...headers, "Idempotency-Key": remoteId },
    body: { reservations: { reservations: [reservation] } },
  });
  const booked = added.data?.data.response.successful_bookings[remoteId];
  if (!booked) throw new Error(JSON.stringify(added.error ?? added.data));
  numbers.add(booked.link.contract_uid);
  const seen = added.response?.headers.get("Idempotency-Replayed");
  check(seen === replayed, `booked ${[...numbers]}, Idempotency-Replayed: ${seen}`);
}
check(numbers.size === 1, "one booking");

for (const contract_uid of numbers) {
  const read = await cmfPropertyBooking({
    client: api,
    headers,
    path: { property_uid: property, contract_uid },
  });
  check(read.data?.data.response[0]?.date_from === arrival, "read back");
}

const cancelled = await cmfPutReservationsCancel({
  client: api,
  headers,
  body: { reservation_ids: [remoteId] },
});
check(cancelled.data?.data.response.results[remoteId]?.success ?? false, "cancelled");

// As a guest, without a key pair: quote, hold, confirm, read back.

const quoted = await bookingQuote({
  client: open,
  body: { property_uid: property, arrival, departure, adults: 2, rooms: [{ room_type_uid: 1 }] },
});
if (quoted.error) throw new Error(quoted.error.detail);
const held = await bookingHold({ client: open, body: { quote: quoted.data.data.quote.quote } });
if (held.error) throw new Error(held.error.detail);
check(held.data.data.hold.total === quoted.data.data.quote.total, `held for ${price}`);

const { reference, token: secret } = held.data.data.hold;
const own = { "X-BOOKYFLOW-booking-token": secret };
const booked = await bookingConfirm({
  client: open,
  headers: own,
  body: { reference, guest: booker },
});
if (booked.error) throw new Error(booked.error.detail);
const read = await bookingRead({ client: open, headers: own, path: { reference } });
check(read.data?.data.booking.arrival === arrival, "booked and read back");

// Refused: for a field, for a state, for a token.

const past = await bookingQuote({
  client: open,
  body: { property_uid: property, arrival: "2026-01-01", departure: "2026-01-02", adults: 2 },
});
check(past.error?.status === 409, `${past.error?.key}: ${past.error?.detail}`);

const invalid = await cmfPutReservationsCancel({
  client: api,
  headers,
  body: { reservation_ids: [""] },
});
check(
  invalid.error?.status === 400,
  `${invalid.error?.key}: ${JSON.stringify(invalid.error?.fields)}`,
);

const unknown = await propertiesListIds({ client: open });
check(unknown.error?.status === 401, `${unknown.error?.key}: ${unknown.error?.detail}`);
