// A button that copies what stands in a field: <button data-copies="id" data-done="Copied" hidden>. Without script one marks and copies.

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("button[data-copies]"))) {
  const field = document.getElementById(button.dataset.copies ?? "");
  if (!(field instanceof HTMLInputElement) || !navigator.clipboard) continue;
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    const words = button.querySelector("span");
    if (words) words.textContent = button.dataset.done ?? "";
  });
}
