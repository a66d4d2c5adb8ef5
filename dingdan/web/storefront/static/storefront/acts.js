// The pages on which something is done with an order work without this: it counts without asking the server.
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest(".stepper button");
  if (!button) return;
  event.preventDefault();
  const input = button.parentElement.querySelector("input"), now = Number(input.value) || 0;
  const next = Math.min(Math.max(now + (button.value.startsWith("more:") ? 1 : -1), Number(input.min)), Number(input.max));
  if (next === now) return;
  input.value = next;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
