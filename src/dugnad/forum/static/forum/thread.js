// A thread that is open: new posts come in below without moving what is read; changed ones change where they are;
// a reaction is given without leaving. Without this file everything works with a reload.

const posts = /** @type {HTMLElement | null} */ (document.querySelector(".posts[data-live]"));
const line = /** @type {HTMLElement | null} */ (document.querySelector("[data-live-line]"));
const me = document.body.dataset.person ?? "";
let fresh = 0;

/** @param {string} html @returns {HTMLElement | null} */
function article(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const made = /** @type {HTMLElement | null} */ (holder.content.firstElementChild);
  if (made) dress(made);
  return made;
}

/** Shows what belongs to this reader in a piece that was made for everyone. @param {HTMLElement} piece */
function dress(piece) {
  if (!me) {
    piece.querySelectorAll("button, details, a.tool").forEach((control) => control.remove());
    return;
  }
  if (posts?.dataset.keeps) piece.querySelector(".keepers")?.removeAttribute("hidden");
  if (document.querySelector("#reply form")) piece.querySelector(".writers")?.removeAttribute("hidden");
  if (piece.dataset.author !== me) return;
  piece.querySelector(".others")?.remove();
  piece.querySelector(".seat")?.classList.add("me");
  piece.querySelector(".own")?.removeAttribute("hidden");
}

/** What the reader had chosen stays chosen in the new piece. @param {Element} from @param {HTMLElement} to */
function keepPressed(from, to) {
  for (const button of from.querySelectorAll('button.react[aria-pressed="true"]')) {
    const same = to.querySelector(`button.react[value="${button.getAttribute("value")}"]`);
    same?.setAttribute("aria-pressed", "true");
  }
  const more = from.querySelector("details.more");
  if (more?.hasAttribute("open")) to.querySelector("details.more")?.setAttribute("open", "");
  const kept = more?.querySelector('button[name="unkeep"]');
  if (kept) {
    to.querySelector('button[name="keep"]')?.replaceWith(kept);
    const summary = more?.querySelector("summary");
    if (summary) to.querySelector("details.more > summary")?.replaceWith(summary);
  }
  const answers = more?.querySelector('button[name="answer"]');
  if (answers && !to.classList.contains("answer")) to.querySelector('details.more [name="keep"], details.more [name="unkeep"]')?.after(answers);
}

/** @param {any} event */
function change(event) {
  const there = posts?.querySelector(`[data-post="${event.post}"]`);
  if (!there || !event.html || Number(there.getAttribute("data-revision")) >= event.revision) return;
  const made = article(event.html);
  if (!made) return;
  keepPressed(there, made);
  const focused = there.contains(document.activeElement) ? document.activeElement?.getAttribute("value") : null;
  there.replaceWith(made);
  if (focused) /** @type {HTMLElement | null} */ (made.querySelector(`[value="${focused}"]`))?.focus();
}

/** @param {any} event */
function add(event) {
  if (!posts || posts.querySelector(`[data-post="${event.post}"]`)) return;
  if (posts.dataset.end && event.html) {
    const made = article(event.html);
    if (made) posts.append(made);
  }
  if (String(event.author) !== me) tell(event);
}

/** A quiet line below the posts; it never scrolls the page. @param {any} event */
function tell(event) {
  if (!line) return;
  fresh += 1;
  const link = line.querySelector("a");
  if (link) {
    link.textContent = fresh === 1 ? line.dataset.one ?? "" : (line.dataset.many ?? "").replace("{count}", String(fresh));
    link.href = posts?.dataset.end ? `#post-${event.number - fresh + 1}` : `${location.pathname}?from=${event.number}#post-${event.number}`;
  }
  line.hidden = false;
}

let catching = 0;

/**
 * Something was missed while the line was down: what stands here now is fetched, and put in as if it had come live. A house that
 * cannot answer now is asked again, later each time, since nothing else would bring what was missed.
 */
async function catchUp(pause = 2_000) {
  clearTimeout(catching);
  const first = posts?.querySelector("article")?.id.replace("post-", "");
  const answer = await fetch(`${location.pathname}?from=${first}`).catch(() => null);
  if (!answer || answer.status >= 500) catching = setTimeout(catchUp, pause * (0.5 + Math.random()), Math.min(60_000, 2 * pause));
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const piece of /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll(".posts article"))) {
    const { post, revision, author } = piece.dataset;
    const event = { post, revision: Number(revision), author, number: Number(piece.id.replace("post-", "")), html: piece.outerHTML };
    change(event);
    if (event.number > Number(posts?.dataset.last)) add(event);
  }
}

posts?.addEventListener("live:gap", () => catchUp());
posts?.addEventListener("live:post_added", (event) => add(/** @type {CustomEvent} */ (event).detail));
posts?.addEventListener("live:post_edited", (event) => change(/** @type {CustomEvent} */ (event).detail));
posts?.addEventListener("live:post_deleted", (event) => change(/** @type {CustomEvent} */ (event).detail));

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (form.id !== "deeds" || button?.name !== "react" || !navigator.onLine) return;
  event.preventDefault();
  const given = button.getAttribute("aria-pressed") === "true";
  button.setAttribute("aria-pressed", String(!given));
  const body = new FormData(form);
  body.set(button.name, button.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Dugnad-Live": "1" } });
    if (!answer.ok) throw new Error(String(answer.status));
    count(button, given ? -1 : 1);
  } catch {
    button.setAttribute("aria-pressed", String(given));
    location.assign(`${location.pathname}${location.search}#${button.closest("article")?.id ?? ""}`);
  }
});

/** The number beside the word, until the pushed piece brings the exact one. @param {HTMLButtonElement} button @param {number} by */
function count(button, by) {
  let number = button.querySelector(".num");
  if (!number) {
    number = document.createElement("span");
    number.className = "num";
    button.append(" ", number);
  }
  const now = Number(number.textContent || 0) + by;
  number.textContent = now > 0 ? String(now) : "";
}

/**
 * The thread itself changed: closed, answered, moved, another title. Its head, facts and what one can do come in where they
 * stand; the posts that are read stay, and a text that somebody is writing is never touched.
 */
let renewing = 0;
posts?.addEventListener("live:thread_changed", () => {
  clearTimeout(renewing);
  renewing = setTimeout(renew, 400);
});

async function renew() {
  const told = /** @type {HTMLElement | null} */ (document.querySelector("[data-changed]"));
  const first = posts?.querySelector("article")?.id.replace("post-", "");
  const answer = await fetch(`${location.pathname}?from=${first}`);
  const page = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const same = page?.querySelector(".posts")?.getAttribute("data-live") === posts?.dataset.live;
  if (told) say(told, (same ? told.dataset.changed : told.dataset.elsewhere) ?? "", answer.ok ? answer.url : "");
  if (!page || !same) return;
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-part]"))) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    const written = [...part.querySelectorAll("textarea")].some((area) => area.value.trim());
    if (fresh && !written && !part.contains(document.activeElement) && part.innerHTML !== fresh.innerHTML) {
      if (part.dataset.part !== "write" || !fresh.querySelector("form") || !part.querySelector("form")) part.innerHTML = fresh.innerHTML;
    }
  }
  posts?.classList.toggle("closed", Boolean(page.querySelector(".posts.closed")));
  for (const piece of page.querySelectorAll(".posts article")) {
    const there = document.getElementById(piece.id);
    if (there && there.classList.contains("answer") !== piece.classList.contains("answer") && !there.contains(document.activeElement)) there.replaceWith(piece);
  }
}

/** @param {HTMLElement} told @param {string} words @param {string} url where to see it; empty when there is nothing to see */
function say(told, words, url) {
  const [sentence, link] = [told.querySelector("span"), told.querySelector("a")];
  if (sentence) sentence.textContent = words;
  if (link) {
    link.href = url;
    link.hidden = !url;
  }
  told.hidden = false;
}
