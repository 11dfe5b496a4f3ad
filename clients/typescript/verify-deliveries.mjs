// Verify deliveries that were received earlier: node verify-deliveries.mjs FILE
// Each line of FILE is JSON: {"headers": {…}, "body": "the raw body"}. The secret is in WEBHOOK_SECRET.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
let good = 0;
let bad = 0;
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  if (!line.trim()) continue;
  const { headers, body } = JSON.parse(line);
  const named = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const moment = Number(named["webhook-timestamp"]) * 1000;
  Date.now = () => moment; // as when it came: the library refuses what is older than five minutes
  try {
    webhook.verify(body, named);
    JSON.parse(body);
    good += 1;
  } catch (error) {
    bad += 1;
    console.error(`${named["webhook-id"]}: ${error.message}`);
  }
}
console.log(`${good} verified, ${bad} not.`);
process.exit(bad || !good ? 1 : 0);
