// Redoc on the document that the page names, in the colours of the site.
const place = document.getElementById("reference");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

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

Redoc.init(
  place.dataset.document,
  {
    disableSearch: true, // it would run a script of its own making, which the policy forbids
    hideDownloadButton: false,
    requiredPropsFirst: true,
    jsonSampleExpandLevel: 3,
    hideHostname: true,
    nativeScrollbars: true,
    theme: {
      colors: { primary: { main: colour("--bf-brand") }, text: { primary: colour("--bs-body-color") } },
      typography: { fontFamily: "inherit", headings: { fontFamily: "inherit" }, fontSize: "15px" },
      sidebar: { backgroundColor: colour("--bf-card"), textColor: colour("--bs-body-color") },
    },
  },
  place,
);
