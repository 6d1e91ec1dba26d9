// Polls of an open thread: numbers change where they are when somebody votes; what was chosen and not yet sent stays chosen.
// When a poll is closed or changed, its place on this page is fetched anew. Without this file a reload does the same.

const posts = document.querySelector(".posts[data-live]");

/** @param {any} poll @returns {Element | null} */
const there = (poll) => posts?.querySelector(`.poll[data-poll="${poll}"]`) ?? null;

posts?.addEventListener("live:poll_counted", (event) => {
  const { poll, voters, lines } = /** @type {CustomEvent} */ (event).detail;
  const section = there(poll);
  const said = section?.querySelector("[data-voters]");
  if (said) said.textContent = voters;
  for (const [option, [words, share]] of Object.entries(lines)) {
    const line = section?.querySelector(`[data-option="${option}"]`);
    const number = line?.querySelector(".num");
    if (number) number.textContent = words;
    line?.nextElementSibling?.firstElementChild?.setAttribute("width", `${share}%`);
  }
});

/** @param {Event} event */
async function anew(event) {
  const { poll, post } = /** @type {CustomEvent} */ (event).detail;
  const article = posts?.querySelector(`[data-post="${post}"]`);
  if (!article) return;
  const answer = await fetch(`${location.pathname}?from=${article.id.replace("post-", "")}`);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const made = page.querySelector(`.poll[data-poll="${poll}"]`);
  if (!made) there(poll)?.remove();
  else if (there(poll)) there(poll)?.replaceWith(made);
  else article.after(made);
}

for (const type of ["added", "edited", "removed", "closed"]) posts?.addEventListener(`live:poll_${type}`, anew);
posts?.addEventListener("live:post_deleted", (event) => {
  const gone = posts.querySelector(`[data-post="${/** @type {CustomEvent} */ (event).detail.post}"]`)?.nextElementSibling;
  if (gone?.classList.contains("poll")) gone.remove();
});
