// unfold asks once whether the system is dark; where it is to follow the system, it goes on doing so.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
  const page = document.documentElement;
  if (Alpine.$data(page).adminTheme === "auto") page.classList.toggle("dark", matches);
});
