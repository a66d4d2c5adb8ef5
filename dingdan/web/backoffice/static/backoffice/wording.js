// Puts a name where the cursor is; where it is nowhere, at the end of the text.
"use strict";
(() => {
  const form = document.querySelector("form[data-live]");
  let field = form.querySelector("textarea[name=body]");
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("input[name=subject], input[name=heading], textarea")) field = event.target;
  });
  for (const button of form.querySelectorAll("[data-insert]")) {
    button.addEventListener("click", () => {
      if (field.readOnly) return;
      const alone = "alone" in button.dataset;
      if (alone) field = form.querySelector("textarea[name=body]");
      field.focus();
      field.setRangeText(alone ? `\n\n${button.dataset.insert}\n\n` : button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
})();
