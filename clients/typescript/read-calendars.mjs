// Read the calendars of a folder with node-ical and ical.js, and compare the nights with those that
// are right. node-ical gives days as midnights of the machine's own clock: so run it in several zones.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import ICAL from "ical.js";
import nodeIcal from "node-ical";

const pad = (number) => String(number).padStart(2, "0");
const localDay = (moment) =>
  `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;

function byNodeIcal(text) {
  const events = Object.values(nodeIcal.sync.parseICS(text)).filter((one) => one.type === "VEVENT");
  if (events.some((one) => one.datetype !== "date")) throw new Error("not whole days");
  return events.map((one) => [localDay(one.start), localDay(one.end)]);
}

function byIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    if (!event.startDate.isDate) throw new Error("not whole days");
    return [event.startDate.toString(), event.endDate.toString()];
  });
}

const folder = process.argv[2];
const files = readdirSync(folder).filter((name) => name.endsWith(".ics"));
let wrong = 0;
for (const name of files) {
  const text = readFileSync(join(folder, name), "utf8");
  const right = readFileSync(join(folder, name.replace(".ics", ".json")), "utf8");
  const expected = JSON.stringify(JSON.parse(right));
  for (const [reader, read] of [["node-ical", byNodeIcal], ["ical.js", byIcalJs]]) {
    const seen = JSON.stringify(text.includes("BEGIN:VEVENT") ? read(text).sort() : []);
    if (seen !== expected) {
      wrong += 1;
      console.log(`${name}, ${reader}: ${seen} in the place of ${expected}`);
    }
  }
}
console.log(`${files.length} calendars, ${wrong} read wrongly`);
process.exit(wrong || !files.length ? 1 : 0);
