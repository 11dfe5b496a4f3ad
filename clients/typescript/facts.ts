// What both journeys start from: the site, the key pair, a property and a free stay of two nights.

const env = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
};

const DAY = 24 * 60 * 60 * 1000;

export const day = (offset: number): string =>
  new Date(Date.parse(env("BOOKYFLOW_ARRIVAL")) + offset * DAY).toISOString().slice(0, 10);

export const site = env("BOOKYFLOW_URL");
export const clientId = env("BOOKYFLOW_CLIENT_ID");
export const clientSecret = env("BOOKYFLOW_CLIENT_SECRET");
export const channel = env("BOOKYFLOW_CHANNEL");
export const property = Number(env("BOOKYFLOW_PROPERTY"));
export const arrival = day(0);
export const lastNight = day(1);
export const departure = day(2);

export const guest = {
  name: "Mary",
  surname: "Somerville",
  email: "mary@guest.example",
  phone: "+44 1834 000000",
  address: "1 High Street",
  post_code: "SA70 7BX",
  country_code: "GB",
};

export const booker = {
  firstname: "Mary",
  surname: "Somerville",
  email: "mary@guest.example",
  tel_mobile: "+44 1834 000000",
  country: "GB",
  region: "GB-PEM",
};

/** Print what was seen, or end. */
export function check(holds: boolean, claim: string): void {
  if (!holds) throw new Error(`not so: ${claim}`);
  console.log(`  ${claim}`);
}
