// Passkeys: what only a script can ask the browser for. Buttons are hidden in the HTML.

const options = () => JSON.parse(document.getElementById("passkey_data").textContent);

const ways = {
  async add() {
    const { creation_options: wanted } = options();
    const alone = document.getElementById("id_passwordless").checked;
    const selection = wanted.publicKey.authenticatorSelection ?? {};
    selection.residentKey = alone ? "required" : "discouraged";
    selection.requireResidentKey = alone;
    if (alone) selection.userVerification = "required";
    wanted.publicKey.authenticatorSelection = selection;
    return window.webauthnJSON.create(wanted);
  },
  use() {
    return window.webauthnJSON.get(options().request_options);
  },
  async "sign-in"(form) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return window.webauthnJSON.get((await answer.json()).request_options);
  },
};

for (const button of document.querySelectorAll("button[data-passkey]")) {
  const problem = document.getElementById("passkey_problem");
  button.hidden = !window.PublicKeyCredential;
  button.addEventListener("click", async () => {
    problem.hidden = true;
    button.disabled = true;
    try {
      const credential = await ways[button.dataset.passkey](button.form);
      document.getElementById(button.dataset.credential).value = JSON.stringify(credential);
      button.form.submit();
    } catch {
      problem.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}
