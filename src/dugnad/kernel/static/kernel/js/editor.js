// <house-editor key="thread-12-reply"> around a textarea (or just <textarea data-editor="thread-12-reply">): grows with the
// text, sends with Ctrl+Enter, keeps a draft in this browser until it is sent, and quotes what is marked in a post.
// An element [data-saved] inside, hidden at first, is shown once a draft is kept.

const KEPT_DAYS = 30;

/** @typedef {{text: string, base: string, at: number, sent?: boolean}} Draft */

class HouseEditor extends HTMLElement {
  connectedCallback() {
    const area = this.querySelector("textarea");
    if (!area) return;
    this.area = area;
    this.place = `draft:${document.body.dataset.person ?? ""}:${this.getAttribute("key") ?? location.pathname}`;
    this.takeUpDraft();
    area.addEventListener("input", () => this.keep());
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) area.form?.requestSubmit();
    });
    area.form?.addEventListener("submit", () => this.markSent());
    if (!CSS.supports("field-sizing", "content")) this.growByHand();
  }

  /** Shows the draft again where the page has nothing else to say; forgets it when it was sent or is old. */
  takeUpDraft() {
    const draft = this.draft();
    if (!draft || !this.area) return;
    const arrived = /** @type {PerformanceNavigationTiming | undefined} */ (performance.getEntriesByType("navigation")[0])?.type;
    const old = Date.now() - draft.at > KEPT_DAYS * 864e5;
    const shown = this.area.value;
    if (old || (draft.sent && arrived === "navigate" && shown !== draft.text)) localStorage.removeItem(this.place ?? "");
    else if (shown !== draft.text && (!shown || shown === draft.base)) {
      this.area.value = draft.text;
      this.showSaved();
    }
  }

  /** @returns {Draft | null} */
  draft() {
    try {
      return JSON.parse(localStorage.getItem(this.place ?? "") ?? "null");
    } catch {
      return null;
    }
  }

  keep() {
    const text = this.area?.value ?? "";
    const base = this.area?.defaultValue ?? "";
    if (text.trim() && text !== base) this.write({ text, base, at: Date.now() });
    else localStorage.removeItem(this.place ?? "");
  }

  markSent() {
    const draft = this.draft();
    if (draft) this.write({ ...draft, sent: true });
  }

  /** @param {Draft} draft */
  write(draft) {
    try {
      localStorage.setItem(this.place ?? "", JSON.stringify(draft));
      this.showSaved();
    } catch {
      // The browser keeps nothing (private window, full): the text is still in the field.
    }
  }

  showSaved() {
    const line = this.querySelector("[data-saved]");
    if (line instanceof HTMLElement) line.hidden = false;
  }

  growByHand() {
    const area = this.area;
    if (!area) return;
    const grow = () => {
      area.rows = Math.min(30, Math.max(6, area.value.split("\n").length + 1));
    };
    area.addEventListener("input", grow);
    grow();
  }

  /**
   * Puts text in at the cursor, on lines of its own.
   * @param {string} text
   */
  insert(text) {
    const area = this.area;
    if (!area) return;
    const before = area.value.slice(0, area.selectionStart).replace(/\n*$/, "");
    const after = area.value.slice(area.selectionEnd).replace(/^\n*/, "");
    area.value = (before ? `${before}\n\n` : "") + text + "\n\n" + after;
    area.focus();
    area.selectionStart = area.selectionEnd = area.value.length - after.length;
    this.keep();
  }
}

customElements.define("house-editor", HouseEditor);

for (const area of document.querySelectorAll("textarea[data-editor]")) {
  if (!(area instanceof HTMLTextAreaElement) || area.closest("house-editor")) continue;
  const { parentNode, nextSibling } = area;
  const editor = document.createElement("house-editor");
  editor.className = "editor";
  editor.setAttribute("key", area.dataset.editor || `${location.pathname} ${area.name}`);
  editor.append(area);
  parentNode?.insertBefore(editor, nextSibling);
}

/** What was sent is kept nowhere: once the next page is here, its draft is forgotten, whichever form it was typed in. */
const [visit] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
const here = [...document.querySelectorAll("house-editor")].map((editor) => /** @type {HouseEditor} */ (editor).place);
for (const key of Object.keys(localStorage)) {
  if (!key.startsWith("draft:") || here.includes(key) || visit?.type !== "navigate") continue;
  if (localStorage.getItem(key)?.includes('"sent":true')) localStorage.removeItem(key);
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
