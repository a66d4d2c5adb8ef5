// Says on the first page whether all is well.
"use strict";
(async () => {
  const told = document.getElementById("health"), answer = await fetch("/healthz");
  told.className = answer.ok ? "well" : "ill";
  told.textContent = answer.ok ? told.dataset.well : told.dataset.ill;
})();
