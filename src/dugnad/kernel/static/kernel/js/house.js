// What every page does a little better with script. Nothing here is needed: without it links and forms do the same.

/** The switch between light and dark answers at once; the address behind it remembers. */
document.addEventListener("click", (event) => {
  const one = event.target instanceof Element ? event.target.closest(".to-dark, .to-light") : null;
  if (!(one instanceof HTMLAnchorElement || one instanceof HTMLButtonElement) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  document.documentElement.dataset.theme = one.classList.contains("to-dark") ? "dark" : "light";
  const other = one.parentElement?.querySelector(one.classList.contains("to-dark") ? ".to-light" : ".to-dark");
  if (other instanceof HTMLElement) other.focus();
  if (one instanceof HTMLAnchorElement) void fetch(one.href, { redirect: "manual" });
  else if (one.form) void fetch(one.formAction, { method: "POST", body: new FormData(one.form), redirect: "manual" });
});

/** A small menu (not a fold with fields) closes when one clicks elsewhere or presses Escape. */
const openMenus = () => /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.more[open]:not(:has(> div.flow))"));
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary")?.focus();
  }
});

/** `<a href="…" data-opens="id">` opens that <dialog> here instead of going to the page that does the same. */
document.addEventListener("click", (event) => {
  const opener = event.target instanceof Element ? event.target.closest("[data-opens]") : null;
  const dialog = opener instanceof HTMLElement ? document.getElementById(opener.dataset.opens ?? "") : null;
  if (!(dialog instanceof HTMLDialogElement) || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  dialog.showModal();
});

/**
 * `<form data-confirm="What will happen." data-confirm-button="Delete the post">` asks with that sentence first.
 * Where the deed cannot be undone the view asks too, for those without script.
 */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  ask(form.dataset.confirm, form.dataset.confirmButton ?? event.submitter?.textContent ?? "").then((yes) => {
    if (!yes) return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(event.submitter);
  });
});

/**
 * @param {string} sentence
 * @param {string} deed the words on the button
 * @returns {Promise<boolean>}
 */
function ask(sentence, deed) {
  const dialog = document.createElement("dialog");
  const words = document.createElement("p");
  const form = document.createElement("form");
  dialog.className = "flow";
  words.id = "ask-words";
  words.textContent = sentence;
  dialog.setAttribute("aria-labelledby", words.id);
  form.method = "dialog";
  form.className = "line";
  form.append(button(deed, "btn main", "yes"), button(document.body.dataset.cancel ?? "×", "btn quiet", ""));
  dialog.append(words, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      answer(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}

/**
 * @param {string} words
 * @param {string} css
 * @param {string} value
 */
function button(words, css, value) {
  const made = document.createElement("button");
  made.textContent = words;
  made.className = css;
  made.value = value;
  return made;
}

/** Times stand by the place's clock. Who reads in another zone finds their own in the title of the time they point at. */
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (document.body.dataset.zone && document.body.dataset.zone !== ownZone) {
  const own = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" });
  document.addEventListener("pointerover", (event) => {
    const time = event.target instanceof Element ? event.target.closest("time[datetime*=T]") : null;
    if (time instanceof HTMLTimeElement && !time.title) time.title = `${own.format(new Date(time.dateTime))} (${ownZone})`;
  });
}

/** Forms with an editor keep drafts, and drafts of other pages that the house does not have yet are carried to it. */
const waits = (/** @type {string} */ key) => key.startsWith("draft:") && /"(unsent|sent)":true/.test(localStorage.getItem(key) ?? "");
if (document.body.dataset.person && document.querySelector("textarea[data-editor]")) void import("./editor.js");
else if (Object.keys(localStorage).some(waits)) void import("./drafts.js");

/** Signing out forgets the drafts that this browser kept. */
document.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement) || !("forgetDrafts" in event.target.dataset)) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key);
});

/** The number at the bell follows what one is told, without a word about what it is. */
document.addEventListener("live:notice", (event) => {
  const bell = document.querySelector('a[data-live="me"]');
  const number = bell?.querySelector("[data-unread-notices]");
  const unread = Number(/** @type {CustomEvent} */ (event).detail?.unread ?? 0);
  if (!(bell instanceof HTMLElement) || !number) return;
  number.textContent = unread ? String(unread) : "";
  number.removeAttribute("aria-hidden");
  const word = bell.querySelector(".sr");
  if (word) word.textContent = `${bell.dataset.word ?? ""} `;
});

/** A list that is open says quietly that there is something new, and changes nothing that is read. */
document.addEventListener("live:thread_started", (event) => {
  const line = document.querySelector("[data-live-line]");
  const words = line?.querySelector("[data-one]");
  const mine = String(/** @type {CustomEvent} */ (event).detail?.author) === document.body.dataset.person;
  if (!(line instanceof HTMLElement) || !(words instanceof HTMLElement) || mine) return;
  words.textContent = words.dataset.one ?? "";
  line.hidden = false;
});

/** Keyboard shortcuts: the module that knows them comes with the first key that is not typed into something. */
document.addEventListener("keydown", async (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable], dialog");
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || (typing && event.key !== "Escape")) return;
  if (document.body.dataset.keys === "off" || document.cookie.includes("dugnad_keys=off") || event.key.length > 1 && event.key !== "Escape") return;
  if (event.key === "/") event.preventDefault();
  const { press } = await import("./keys.js");
  press(event.key, typing || null);
});
