// Redoc on the document that the page names, in the colours of the site, light or dark.
const place = document.getElementById("reference");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const dark = matchMedia("(prefers-color-scheme: dark)");
const PANEL = "#11201e"; // samples are light on dark, as the code of the API browser
const METHODS = {
  get: "#1b5fae",
  post: "#1d6f4a",
  put: "#8a4b08",
  delete: "#a62631",
};
const LINK = /\[([^\]]*)\]\([^)]*\)/g;
const LEVELS = { H1: 2, H2: 3, H3: 4, H4: 4, H5: 4 }; // below the heading of the page

// No picture comes from elsewhere: its makers' mark would.
const setAttribute = HTMLImageElement.prototype.setAttribute;
HTMLImageElement.prototype.setAttribute = function (name, value) {
  const isHere = new URL(value, location.href).origin === location.origin;
  if (name !== "src" || isHere) setAttribute.call(this, name, value);
};
Object.defineProperty(HTMLImageElement.prototype, "src", {
  set(value) {
    this.setAttribute("src", value);
  },
});

// What stands around an answer, and the tab that names it.
const answer = (name) => ({
  color: colour(`--bs-${name}-text-emphasis`),
  backgroundColor: colour(`--bs-${name}-bg-subtle`),
});

const theme = () => {
  const [ink, quiet] = [colour("--bs-body-color"), colour("--bs-secondary-color")];
  const [card, border] = [colour("--bf-card"), colour("--bs-border-color")];
  const link = colour("--bs-link-color");
  const chosen = { activeBackgroundColor: colour("--bs-tertiary-bg"), activeTextColor: ink };
  return {
    colors: {
      primary: { main: colour("--bf-brand-strong") },
      error: { main: colour("--bs-danger-text-emphasis") },
      warning: { main: colour("--bs-warning-text-emphasis") },
      success: { main: colour("--bs-success-text-emphasis") },
      gray: { 50: colour("--bs-body-bg"), 100: colour("--bs-tertiary-bg") },
      text: { primary: ink, secondary: quiet },
      border: { dark: border, light: card },
      responses: {
        success: { ...answer("success"), tabTextColor: "#75d7a8" },
        error: { ...answer("danger"), tabTextColor: "#f2a3aa" },
        redirect: { ...answer("warning"), tabTextColor: "#ffda6a" },
        info: { ...answer("info"), tabTextColor: "#8fe3f5" },
      },
      http: METHODS,
    },
    schema: {
      linesColor: border,
      nestedBackground: colour("--bs-body-bg"),
      typeNameColor: quiet,
      requireLabelColor: colour("--bs-danger-text-emphasis"),
    },
    typography: {
      fontFamily: "inherit",
      fontSize: "15px",
      headings: { fontFamily: "inherit", fontWeight: "650" },
      code: { color: colour("--bs-code-color"), backgroundColor: colour("--bs-tertiary-bg") },
      links: { color: link, visited: link, hover: colour("--bs-link-hover-color") },
    },
    sidebar: { backgroundColor: card, textColor: ink, groupItems: chosen, level1Items: chosen },
    rightPanel: { backgroundColor: PANEL, textColor: "#e8f1f0" },
    codeBlock: { backgroundColor: "#0c1715" },
    fab: { backgroundColor: card, color: ink },
  };
};

// An answer is a button that opens: there is no link within one. What a key means is in the catalogue.
const withoutLinks = (answers) => {
  for (const one of Object.values(answers ?? {})) {
    if (one.description) one.description = one.description.replace(LINK, "$1");
  }
};

const read = async () => {
  const found = await (await fetch(place.dataset.document)).json();
  withoutLinks(found.components?.responses);
  for (const methods of Object.values(found.paths)) {
    for (const operation of Object.values(methods)) withoutLinks(operation.responses);
  }
  return found;
};

// Its headings skip levels, and what scrolls cannot be reached by keys.
const mend = () => {
  for (const one of place.querySelectorAll("h1, h2, h3, h4, h5")) {
    if (!one.ariaLevel) one.ariaLevel = LEVELS[one.tagName];
  }
  for (const one of place.querySelectorAll("pre:not([tabindex])")) one.tabIndex = 0;
};

const show = (found) => {
  const inner = document.createElement("div");
  place.replaceChildren(inner);
  const options = {
    disableSearch: true, // it would run a script of its own making, which the policy forbids
    downloadUrls: [{ title: "JSON", url: place.dataset.document }],
    requiredPropsFirst: true,
    jsonSampleExpandLevel: 3,
    hideHostname: true,
    nativeScrollbars: true,
    theme: theme(),
  };
  Redoc.init(found, options, inner, () => {
    mend();
    place.dataset.shown = dark.matches ? "dark" : "light";
  });
};

const found = await read();
show(found);
dark.addEventListener("change", () => show(structuredClone(found)));
new MutationObserver(mend).observe(place, { childList: true, subtree: true });
