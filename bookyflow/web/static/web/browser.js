// Swagger UI on the document that the page names. The token lasts as long as the tab; the secret is
// never kept.
const place = document.getElementById("swagger-ui");
const KEPT = "bookyflow.token";

const keepToken = () => ({
  statePlugins: {
    auth: {
      wrapActions: {
        authorizeOauth2: (original) => (payload) => {
          const until = Date.now() + 1000 * (payload.token.expires_in ?? 0);
          const auth = { ...payload.auth, clientSecret: "" };
          sessionStorage.setItem(KEPT, JSON.stringify({ auth, token: payload.token, until }));
          return original(payload);
        },
        logout: (original) => (payload) => {
          sessionStorage.removeItem(KEPT);
          return original(payload);
        },
      },
    },
  },
});

// The page has its main part already.
const noSecondMain = ({ React }) => {
  const make = React.createElement;
  React.createElement = (type, ...rest) => make(type === "main" ? "div" : type, ...rest);
  return {};
};

const restoreToken = () => {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (!kept) return;
  if (kept.until > Date.now()) {
    browser.authActions.authorizeOauth2({ auth: kept.auth, token: kept.token });
  } else {
    sessionStorage.removeItem(KEPT);
  }
};

const browser = SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  plugins: [noSecondMain, keepToken],
  docExpansion: "none",
  filter: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: -1,
  defaultModelRendering: "example",
  displayRequestDuration: true,
  validatorUrl: null,
  onComplete: restoreToken,
  requestInterceptor: (request) => {
    // Else a wrong secret would make the browser ask for a name and password of its own.
    if (request.url.endsWith("/oauth/token")) request.credentials = "omit";
    return request;
  },
});

// What Swagger UI leaves without a name for those who do not see the page.
const NAMES = [
  [".operation-filter-input", "Find a section"],
  [".content-type", "Content type"],
  [".response-control-media-type select", "Media type of the answer"],
  [".body-param__text", "Body"],
  [".examples-select-element", "Example"],
  [".download-contents", "Download the answer"],
  [".close-modal", "Close"],
];

const mend = () => {
  for (const [selector, name] of NAMES) {
    for (const one of place.querySelectorAll(`${selector}:not([aria-label])`)) {
      one.setAttribute("aria-label", name);
    }
  }
  for (const row of place.querySelectorAll("tr[data-param-name]")) {
    for (const one of row.querySelectorAll("input:not([aria-label]), select:not([aria-label]), textarea:not([aria-label])")) {
      one.setAttribute("aria-label", row.dataset.paramName);
    }
  }
  for (const one of place.querySelectorAll("select:not([aria-label]):not([id])")) {
    one.setAttribute("aria-label", "Choice");
  }
  for (const one of place.querySelectorAll(".auth-container h4:not([role])")) {
    one.setAttribute("role", "presentation"); // they skip a level
  }
  for (const one of place.querySelectorAll("pre:not([tabindex]), .highlight-code:not([tabindex])")) {
    one.tabIndex = 0;
  }
};
new MutationObserver(mend).observe(place, { childList: true, subtree: true });
