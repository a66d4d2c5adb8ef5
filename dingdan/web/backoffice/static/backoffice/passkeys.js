// Ties the library's passkeys to the forms of the page, and says so where a passkey did not work.
"use strict";
(() => {
  const { addForm, authenticateForm, loginForm } = window.allauth.webauthn.forms;
  const ties = {
    add: () => addForm({ ids: { add: "mfa_webauthn_add", passwordless: "id_passwordless", credential: "id_credential", data: "js_data" } }),
    confirm: () => authenticateForm({ ids: { authenticate: "mfa_webauthn_confirm", credential: "id_credential", data: "js_data" } }),
    signIn: () => loginForm({ ids: { login: "passkey_login", credential: "mfa_credential" } }),
  };
  ties[document.currentScript.dataset.does]();
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    if (event.detail.exception.name !== "AbortError") document.getElementById("passkey_trouble").hidden = false;
  });
})();
