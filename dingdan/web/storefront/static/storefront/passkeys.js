// Lets a browser sign in by a passkey, or make one: asks for what the server wants, and sends what the passkey says.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;
  form.hidden = false;
  const credential = form.elements.credential, trouble = form.querySelector("[role=alert]");
  form.addEventListener("submit", async (event) => {
    if (credential.value) return;
    event.preventDefault();
    trouble.hidden = true;
    try {
      const answer = await fetch(form.dataset.passkey, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error("not now");
      credential.value = JSON.stringify(await window.webauthnJSON[form.dataset.does](await answer.json()));
      form.submit();
    } catch (fault) {
      trouble.hidden = fault.name === "AbortError";
    }
  });
})();
