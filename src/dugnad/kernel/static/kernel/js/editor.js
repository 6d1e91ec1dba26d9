// <textarea data-editor>: grows with the text, sends with Ctrl+Enter, quotes what is marked in a post, and its whole form is
// kept as a draft, in this browser and in the house (drafts.js). <house-editor> around it is made here where the page has none.
// An element [data-saved] inside, hidden at first, says that the draft is kept; the house says with its answers what to show.

import { ask, camBack, forgetSent, keep, kept, person, placeOf, send, wentThrough } from "./drafts.js";

const PAUSE = 1500;
const LONGEST_WAIT = 30_000;
const SAYS_NOTHING = ["heading", "area", "language", "seen_edits"];
const NOT_TYPED = ["hidden", "file", "submit", "button", "password", "checkbox", "reset"];

/** @typedef {import("./drafts.js").Kept} Kept */
/** @typedef {import("./drafts.js").There} There */
/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

/** A form with an editor, and its draft. */
class Draft {
  /** @param {HTMLFormElement} form @param {HTMLTextAreaElement} area */
  constructor(form, area) {
    this.form = form;
    this.area = area;
    this.place = placeOf(form);
    this.base = area.defaultValue;
    this.seen = 0;
    this.unsent = this.sending = this.leaving = this.late = false;
    this.wait = PAUSE;
    /** @type {Record<string, string>} */
    this.fields = {};
    form.querySelector("[data-plain]")?.remove();
    this.takeUp();
    form.addEventListener("input", () => this.typed());
    addEventListener("submit", (event) => event.target === form && !event.defaultPrevented && this.left());
    addEventListener("pageshow", () => (this.leaving = false));
    addEventListener("pagehide", () => this.unsent && !this.leaving && person && void send(this.place, this.now(), { csrf: this.csrf, leaving: true }));
    addEventListener("online", () => this.meet());
    document.addEventListener("live:back", () => this.meet());
    document.addEventListener("live:draft", (event) => {
      const { place, version } = /** @type {CustomEvent} */ (event).detail;
      if (place === this.place && version !== this.seen) this.meet();
    });
    if (this.unsent || this.seen || "drafts" in document.body.dataset) this.meet();
  }

  get csrf() {
    return this.form.querySelector("input[name=csrfmiddlewaretoken]")?.getAttribute("value") ?? "";
  }

  /** What this browser has kept is shown, unless the page came with another text: then both are. */
  takeUp() {
    const draft = kept(this.place);
    if (!draft) return;
    if (wentThrough(draft)) return forgetSent(this.place, draft);
    const shown = this.area.value;
    this.base = draft.base;
    this.seen = draft.seen;
    this.fields = draft.fields;
    this.unsent = Boolean(draft.unsent || (draft.sent && !camBack));
    if (shown === draft.text || !shown || (shown === draft.base && !this.quotes)) this.show(draft);
    else if (draft.text.trim() && !draft.sent) this.offer({ version: draft.seen, text: draft.text, fields: draft.fields });
  }

  get quotes() {
    return new URLSearchParams(location.search).has("quote");
  }

  /** @returns {Field[]} the fields of the form that people type in, besides the main one */
  others() {
    const all = /** @type {Field[]} */ ([...this.form.elements]);
    return all.filter((one) => one.name && one !== this.area && (one.name === "seen_edits" || !NOT_TYPED.includes(one.type)) && one.matches("input, textarea, select"));
  }

  /** @returns {Kept} what stands in the form now */
  now() {
    const fields = { ...this.fields };
    for (const one of this.others()) {
      if (one instanceof HTMLInputElement && one.type === "radio" && !one.checked) continue;
      if (one.name in fields || one.name === "seen_edits" || changed(one)) fields[one.name] = one.value;
    }
    const text = this.area.value;
    const about = { base: this.base, url: this.url, at: Date.now(), seen: this.seen };
    const empty = (text === this.base || !text.trim()) && !Object.keys(fields).some((name) => fields[name] && !SAYS_NOTHING.includes(name));
    if (empty) return { text: "", fields: {}, ...about };
    Object.assign(fields, { area: this.area.name, heading: document.querySelector("h1")?.textContent?.trim() ?? "" });
    return { text, fields, ...about };
  }

  get url() {
    const { pathname, search } = new URL(this.form.getAttribute("action") || location.href, location.href);
    const said = new URLSearchParams(search);
    for (const name of ["draft", "quote"]) said.delete(name);
    return pathname + (said.size ? `?${said}` : "");
  }

  typed() {
    const now = this.now();
    this.unsent = Object.keys(now.fields).length > 0 || this.seen > 0;
    const there = keep(this.place, this.unsent ? { ...now, unsent: true } : null);
    if (there && this.unsent && now.text) this.say("");
    this.later(PAUSE);
  }

  /** @param {number} pause milliseconds */
  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  /** Carries what is typed to the house; again later when it cannot be reached. */
  async save() {
    if (!person || !this.unsent || this.sending || this.leaving || this.both) return;
    const now = this.now();
    this.sending = true;
    const { status, there } = await send(this.place, now, { csrf: this.csrf });
    this.sending = false;
    if (status === 200 && there) this.saved(now, there);
    else if (status === 409 && there) await this.changed(there);
    else if (status && status < 429 && there?.said) this.say(there.said);
    else this.later((this.wait = Math.min(this.wait * 2, LONGEST_WAIT)));
    if (this.late) void this.meet();
  }

  /** @param {Kept} now @param {There} there */
  saved(now, there) {
    this.seen = there.version;
    this.fields = now.fields;
    this.wait = PAUSE;
    this.unsent = !same(now, this.now());
    if (!this.leaving) keep(this.place, now.text || there.version ? { ...this.now(), unsent: this.unsent } : null);
    if (this.unsent) this.later(PAUSE);
    else this.say(there.said ?? "");
  }

  /** Another device was here. @param {There} there */
  async changed(there) {
    if (there.version) return this.offer(there);
    this.seen = 0;
    await this.save();
  }

  /** Asks the house what it has, and brings both together. */
  async meet() {
    this.late = this.sending;
    if (!person || this.sending || this.leaving || this.both) return;
    const there = await ask(this.place);
    if (!there || this.leaving || this.sending) return this.unsent && !this.sending ? this.later(this.wait) : undefined;
    const mine = this.now();
    if (there.version === this.seen) return this.save();
    if (!there.version) return this.unsent ? this.changed(there) : this.clear();
    if (same(mine, { text: there.text ?? "", fields: there.fields ?? {} })) return this.saved(mine, { version: there.version });
    if (this.unsent || (this.quotes && !this.seen && this.area.value.trim())) return this.offer(there);
    this.show(/** @type {Kept} */ (there));
    this.saved(this.now(), there);
  }

  /** @param {{text?: string, fields?: Record<string, string>}} draft */
  show({ text = "", fields = {} }) {
    const { selectionStart, selectionEnd } = this.area;
    if (this.area.value !== text) this.area.value = text;
    if (document.activeElement === this.area) this.area.setSelectionRange(selectionStart, selectionEnd);
    this.fields = fields;
    for (const one of this.others()) {
      if (!(one.name in fields)) continue;
      if (one instanceof HTMLInputElement && one.type === "radio") one.checked = one.value === fields[one.name];
      else one.value = fields[one.name];
    }
    this.area.dispatchEvent(new Event("grow"));
    if (text) this.say("");
  }

  /** The draft was sent or deleted elsewhere, and nothing else was typed here. */
  clear() {
    keep(this.place, null);
    if (!this.seen) return;
    for (const one of this.others()) if (one.name in this.fields && !(one instanceof HTMLSelectElement) && one.type !== "radio") one.value = /** @type {HTMLInputElement} */ (one).defaultValue;
    this.show({ text: this.area.defaultValue, fields: {} });
    this.seen = 0;
  }

  /** Both texts, and a choice. Nothing is sent before it. @param {There} there */
  offer(there) {
    if (this.both) return;
    const mine = this.area.value;
    const joined = { ...there, text: `${mine}\n\n${there.text}` };
    if (!there.take) return void ask(this.place).then((one) => (one ? this.offer({ ...one, ...there, version: one.version }) : this.show(joined)));
    const other = document.createElement("textarea");
    const line = document.createElement("div");
    const both = document.createElement("div");
    Object.assign(other, { value: there.text ?? "", readOnly: true, rows: 6, className: "in", ariaLabel: there.other });
    line.className = "line";
    both.className = "sheet flow";
    both.setAttribute("role", "status");
    const words = document.createElement("p");
    words.textContent = there.both ?? "";
    both.append(words, other, line);
    const choices = [[there.take, () => this.show(there)], [there.keep, () => undefined], [there.join, () => this.show({ ...joined, text: `${this.area.value}\n\n${there.text}` })]];
    for (const [label, choose] of /** @type {[string, () => void][]} */ (choices)) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: label });
      button.addEventListener("click", () => {
        choose();
        both.remove();
        this.both = undefined;
        this.seen = there.version;
        this.unsent = true;
        this.area.focus();
        void this.save();
      });
      line.append(button);
    }
    this.both = both;
    (this.area.closest("house-editor") ?? this.area).after(both);
  }

  /** The form leaves: what it holds goes with it. */
  left() {
    const draft = kept(this.place);
    clearTimeout(this.timer);
    if (!draft || !navigator.onLine) return;
    this.leaving = true;
    keep(this.place, { ...draft, at: Date.now(), sent: true, racing: this.sending });
  }

  /** @param {string} words what the house said; empty: that the draft is kept here */
  say(words) {
    let line = this.area.closest("house-editor")?.querySelector("[data-saved]");
    if (!line) {
      if (!words) return;
      line = document.createElement("p");
      line.className = "meta";
      line.setAttribute("data-saved", "");
      this.area.closest("house-editor")?.append(line);
    }
    if (!(line instanceof HTMLElement)) return;
    this.words ??= line.textContent ?? "";
    line.textContent = words || this.words;
    line.hidden = false;
  }
}

/** @param {Field} one */
function changed(one) {
  if (one instanceof HTMLSelectElement) return [...one.options].some((option) => option.selected !== option.defaultSelected && option.selected) && one.value !== "";
  return one.type === "radio" ? !(/** @type {HTMLInputElement} */ (one).defaultChecked) : one.value !== one.defaultValue;
}

/** @param {{text: string, fields: Record<string, string>}} one @param {{text: string, fields: Record<string, string>}} other */
function same(one, other) {
  const plain = (/** @type {typeof one} */ { text, fields }) => JSON.stringify([text, Object.entries(fields).filter(([name]) => name !== "heading").sort()]);
  return plain(one) === plain(other);
}

class HouseEditor extends HTMLElement {
  connectedCallback() {
    const area = this.querySelector("textarea");
    if (!area || this.area) return;
    this.area = area;
    const grow = () => (area.rows = Math.min(30, Math.max(6, area.value.split("\n").length + 1)));
    if (!CSS.supports("field-sizing", "content")) for (const when of ["input", "grow"]) area.addEventListener(when, grow);
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form?.requestSubmit();
    });
    if (area.form && !drafts.has(area.form)) drafts.set(area.form, new Draft(area.form, area));
    area.dispatchEvent(new Event("grow"));
  }

  /** Puts text in at the cursor, on lines of its own. @param {string} text */
  insert(text) {
    const area = this.area;
    if (!area) return;
    const before = area.value.slice(0, area.selectionStart).replace(/\n*$/, "");
    const after = area.value.slice(area.selectionEnd).replace(/^\n*/, "");
    area.value = (before ? `${before}\n\n` : "") + text + "\n\n" + after;
    area.focus();
    area.selectionStart = area.selectionEnd = area.value.length - after.length;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** @type {WeakMap<HTMLFormElement, Draft>} */
const drafts = new WeakMap();
customElements.define("house-editor", HouseEditor);

for (const area of document.querySelectorAll("textarea[data-editor]")) {
  if (!(area instanceof HTMLTextAreaElement) || area.closest("house-editor")) continue;
  const { parentNode, nextSibling } = area;
  const editor = document.createElement("house-editor");
  editor.className = "editor";
  editor.append(area);
  parentNode?.insertBefore(editor, nextSibling);
}

/**
 * `<a href="…" data-quote>` in a post: with words of that post marked, quotes them and who said them without leaving the page.
 * Without marked words the link does what it says.
 */
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("[data-quote]") : null;
  const marked = getSelection();
  const post = link?.closest(".post");
  const editor = document.querySelector("house-editor");
  if (!(link instanceof HTMLElement) || !(editor instanceof HouseEditor) || !marked || !post) return;
  if (marked.isCollapsed || !post.contains(marked.anchorNode) || !post.contains(marked.focusNode)) return;
  event.preventDefault();
  editor.insert(quoted(marked.toString(), post));
});

/**
 * @param {string} words
 * @param {Element} post
 * @returns {string} a Markdown quote that ends with who said it and where
 */
function quoted(words, post) {
  const who = (post.querySelector(".who")?.textContent ?? "").trim().replace(/[\\`*_[\]<>&~|]/g, "\\$&");
  const where = post.querySelector("header .meta a")?.getAttribute("href");
  const lines = words.trim().split(/\n+/).flatMap((line) => [line, ""]);
  if (who) lines.push(where ? `— [${who}](${where})` : `— ${who}`);
  return lines.map((line) => `> ${line}`.trim()).join("\n");
}
