// Keyboard shortcuts, the same that the page /keyboard lists. They move the focus and press what stands on the page: whatever
// a person may not do has no button, and no key.

const LETTERS = { h: "/", f: "/forum", g: "/groups", n: "/notices" };
const STEP = 1500; // milliseconds in which the second key of two has to come

let went = 0;

/** @param {string} words */
const find = (words) => /** @type {HTMLElement | null} */ (document.querySelector(`main ${words}`));

const items = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("main .posts > .post, main .rows:not(aside .rows) > .row")]);

/** The post or row in which the focus is. @returns {HTMLElement | undefined} */
const current = () => items().find((item) => item.contains(document.activeElement));

/** @param {HTMLElement | undefined | null} item */
function to(item) {
  if (!item) return;
  const link = /** @type {HTMLElement | null} */ (item.matches(".row") ? item.querySelector("h3 a") : null);
  if (!link) item.tabIndex = -1;
  (link ?? item).focus({ preventScroll: true });
  item.scrollIntoView({ block: item.offsetHeight > innerHeight * 0.8 ? "start" : "nearest" });
}

/** @param {number} by */
function step(by) {
  const all = items();
  const at = all.findIndex((item) => item.contains(document.activeElement));
  if (at >= 0) to(all[at + by]);
  else to(by > 0 ? all.find((item) => item.getBoundingClientRect().bottom > 0) : all.findLast((item) => item.getBoundingClientRect().top < innerHeight));
}

/** Presses the first of these in the post that has the focus; without one, in the first post that can be seen. @param {string} words */
function press_in(words) {
  const post = current() ?? items().find((item) => item.getBoundingClientRect().bottom > 80);
  const button = [...(post?.querySelectorAll(words) ?? [])].find((one) => !one.closest("[hidden]"));
  if (button instanceof HTMLElement) button.click();
}

function next_unread() {
  const all = items();
  const fresh = all.filter((item) => item.matches(".row.new, .since + .post, .since ~ .post"));
  const at = current();
  to(fresh.find((item) => !at || all.indexOf(item) > all.indexOf(at)));
}

function search() {
  const field = find("input[type=search]");
  if (field) field.focus();
  else location.assign("/search");
}

async function list() {
  const known = /** @type {HTMLDialogElement | null} */ (document.getElementById("keyboard"));
  if (known) return known.showModal();
  const answer = await fetch("/keyboard");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const words = page.getElementById("shortcuts");
  if (!words) return location.assign("/keyboard");
  const dialog = document.createElement("dialog");
  dialog.id = "keyboard";
  dialog.tabIndex = -1;
  dialog.setAttribute("aria-label", page.querySelector("h1")?.textContent ?? "");
  dialog.append(words);
  words.querySelector("form")?.removeAttribute("hidden");
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

/** @type {Record<string, () => unknown>} */
const DEEDS = {
  "?": list,
  "/": search,
  j: () => step(1),
  k: () => step(-1),
  o: () => current()?.querySelector("h3 a, header .meta a")?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })),
  n: next_unread,
  r: () => find("#reply textarea")?.focus(),
  q: () => press_in("[data-quote]"),
  e: () => press_in('a[href$="/edit"]'),
  b: () => press_in("button[name=keep], button[name=unkeep]"),
  c: () => location.assign(find('a.btn[href$="/new"]')?.getAttribute("href") ?? "/new"),
  u: () => /** @type {HTMLElement | undefined} */ ([...document.querySelectorAll("main > header .dots a")].at(-1))?.click(),
  Escape: () => /** @type {HTMLElement | null} */ (document.activeElement)?.blur(),
};

/**
 * @param {string} key
 * @param {Element | null} typing the field that has the focus: then only Escape comes here
 */
export function press(key, typing) {
  const second = Date.now() - went < STEP;
  went = 0;
  if (key === "Escape" && !(typing instanceof HTMLTextAreaElement || typing instanceof HTMLInputElement)) return;
  if (second && key in LETTERS) location.assign(LETTERS[/** @type {keyof typeof LETTERS} */ (key)]);
  else if (key === "g") went = Date.now();
  else DEEDS[key]?.();
}
