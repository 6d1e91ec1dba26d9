// What is typed is kept in this browser at once and in the house a moment later, so that it is on all devices. This module keeps
// and carries; editor.js shows. What is kept in the browser: localStorage["draft:<person>:<place>"], the place being the address
// that the form is sent to. `unsent` is what the house does not have yet, `sent` what left with its form.

/** @typedef {{text: string, fields: Record<string, string>, base: string, url: string, at: number, seen: number,
 *   unsent?: boolean, sent?: boolean, racing?: boolean}} Kept */
/** @typedef {{version: number, text?: string, fields?: Record<string, string>, said?: string, token?: string, both?: string,
 *   other?: string, take?: string, keep?: string, join?: string}} There */

const KEPT_DAYS = 30;
const MOST_ON_LEAVING = 60_000;
const ON_ITS_WAY = 60_000;
const PREFIX = `draft:${document.body.dataset.person ?? ""}:`;
export const person = document.body.dataset.person;
const [visit] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
/** How this page was reached: a form that went through leads on, so its next page came by a redirect. */
export const camBack = visit?.type === "back_forward";
const ledOn = visit?.type === "navigate" && visit.redirectCount > 0;
let token = "";

/** @param {string} place @returns {Kept | null} */
export function kept(place) {
  try {
    const found = JSON.parse(localStorage.getItem(PREFIX + place) ?? "null");
    return found && Date.now() - found.at < KEPT_DAYS * 864e5 ? found : null;
  } catch {
    return null;
  }
}

/** @param {string} place @param {Kept | null} draft @returns {boolean} whether the browser keeps it */
export function keep(place, draft) {
  try {
    if (draft) localStorage.setItem(PREFIX + place, JSON.stringify(draft));
    else localStorage.removeItem(PREFIX + place);
    return true;
  } catch {
    return false;
  }
}

/** The draft that the house has. @param {string} place @returns {Promise<There | null>} null while it cannot be asked */
export async function ask(place) {
  if (!navigator.onLine) return null;
  try {
    const answer = await fetch(`/me/drafts/at?place=${encodeURIComponent(place)}`);
    const there = answer.ok ? await answer.json() : null;
    token = there?.token ?? token;
    return there;
  } catch {
    return null;
  }
}

/**
 * @param {string} place
 * @param {Kept} draft
 * @param {{csrf?: string, leaving?: boolean, again?: boolean}} [how]
 * @returns {Promise<{status: number, there: There | null}>} status 0: no answer
 */
export async function send(place, draft, { csrf = "", leaving = false, again = false } = {}) {
  if (!navigator.onLine) return { status: 0, there: null };
  const { url, text, seen } = draft;
  const body = new URLSearchParams({ place, url, text, seen: String(seen), fields: JSON.stringify(draft.fields) });
  const headers = { "X-CSRFToken": token || csrf, "X-Dugnad-Live": "1" };
  const keepalive = leaving && body.toString().length < MOST_ON_LEAVING;
  try {
    const answer = await fetch("/me/drafts/save", { method: "POST", body, headers, keepalive });
    const said = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (answer.status === 403 && !said && !again && (await ask(place))) return send(place, draft, { again: true });
    return { status: answer.status, there: said ? await answer.json() : null };
  } catch {
    return { status: 0, there: null };
  }
}

/** Drafts of forms that are not on this page: what went through is forgotten, what waits is carried to the house. */
async function settleOthers() {
  const here = new Set([...document.forms].map(placeOf));
  for (const key of Object.keys(localStorage)) {
    const place = key.slice(PREFIX.length);
    const draft = key.startsWith(PREFIX) && !here.has(place) ? kept(place) : null;
    if (!draft || (draft.sent && camBack)) continue;
    if (draft.sent && ledOn) forgetSent(place, draft);
    else if (draft.sent && Date.now() - draft.at < ON_ITS_WAY) continue;
    else if (draft.unsent || draft.sent) await carry(place, { ...draft, sent: false, unsent: true });
  }
}

/** @param {string} place @param {Kept} draft */
async function carry(place, draft) {
  keep(place, draft);
  if (!person || (!token && !(await ask(place)))) return;
  const { status, there } = await send(place, draft);
  if (status === 200 && there) keep(place, { ...draft, seen: there.version, unsent: false });
  else if (status === 409 && there?.version === 0) await carry(place, { ...draft, seen: 0 });
}

/**
 * The form went through. A saving that was on its way while it was sent may have come after it.
 * @param {string} place
 * @param {Kept} draft
 */
export function forgetSent(place, draft) {
  keep(place, null);
  if (draft.racing) void ask(place).then((there) => there?.version && send(place, { ...draft, text: "", fields: {}, seen: 0 }));
}

/** Did this draft leave with its form, and did the form go through? @param {Kept} draft */
export function wentThrough(draft) {
  return Boolean(draft.sent && ledOn);
}

/** @param {HTMLFormElement} form @returns {string} the address that the form is sent to */
export function placeOf(form) {
  return new URL(form.getAttribute("action") || location.href, location.href).pathname;
}

addEventListener("online", settleOthers);
void settleOthers();
