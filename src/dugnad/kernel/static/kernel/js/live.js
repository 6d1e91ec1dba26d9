// Live pages: one socket for all elements that listen, `<div data-live="thread:12" data-live-at="9f3a.57">`. What comes is
// told as an event `live:<type>`, to the elements of the channel and once to the document; `live:gap` says that something
// was missed and the page should be fetched anew, `live:back` that the line was down. `data-live="me"` hears only what is
// for this person. Dispatch `live:look` on the document after adding elements.

/** @typedef {{ seq?: number, epoch?: string }} Position */
/** @typedef {{ on?: string, joined?: string, refused?: string, seq?: number, epoch?: string, gap?: boolean,
 *   events?: ({ type: string } & Record<string, unknown>)[] }} Message */

const HIDDEN_FOR = 5 * 60_000;
const BEAT = 45_000;
const LONGEST = 60_000;
const FULL = 4012;
const TALKATIVE = 4029;

/** @type {Map<string, Position>} where each channel is */
const places = new Map();
/** @type {WebSocket | null} */
let socket = null;
let failed = 0;
let retry = 0;
let hidden = 0;
let silent = false;
let opened = false;

/** @param {string} channel @param {string} type @param {Record<string, unknown>} detail */
function tell(channel, type, detail) {
  const targets = [...document.querySelectorAll(`[data-live="${CSS.escape(channel)}"]`), document];
  for (const target of targets) target.dispatchEvent(new CustomEvent(`live:${type}`, { detail: { ...detail, channel } }));
}

/** @param {object} words */
function say(words) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(words));
}

/** Joins the channels that elements of the page name and that are not joined yet; opens the socket when there is need. */
function look() {
  const elements = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-live]"));
  for (const { dataset } of elements) {
    const channel = dataset.live ?? "";
    if (places.has(channel) || !channel.includes(":")) continue;
    const [epoch, seq] = (dataset.liveAt ?? "").split(".");
    places.set(channel, seq ? { epoch, seq: Number(seq) } : {});
    say({ join: channel, ...places.get(channel) });
  }
  if (elements.length && !socket) open();
}

function open() {
  clearTimeout(retry);
  if (socket || document.visibilityState === "hidden") return;
  const { protocol, host } = location;
  const line = new WebSocket(`${protocol === "https:" ? "wss" : "ws"}://${host}/live?language=${document.documentElement.lang}`);
  socket = line;
  line.onopen = () => {
    silent = false;
    for (const [channel, place] of places) say({ join: channel, ...place });
    if (opened) tell("", "back", {});
    opened = true;
  };
  line.onmessage = (event) => hear(JSON.parse(event.data));
  line.onclose = (event) => {
    if (socket !== line) return;
    socket = null;
    failed += 1;
    const least = event.code === FULL || event.code === TALKATIVE ? LONGEST : Math.min(LONGEST, 500 * 2 ** failed);
    retry = setTimeout(open, least * (0.5 + Math.random()));
  };
}

/** @param {Message} message */
function hear(message) {
  silent = false;
  failed = 0;
  if (message.refused) places.delete(message.refused);
  const channel = message.joined ?? message.on;
  if (!channel) return;
  const place = places.get(channel);
  if (place && message.seq !== undefined) place.seq = message.seq;
  if (place && message.epoch) place.epoch = message.epoch;
  if (message.gap) tell(channel, "gap", {});
  for (const { type, ...detail } of message.events ?? []) tell(channel, type, detail);
}

function close() {
  const line = socket;
  socket = null;
  clearTimeout(retry);
  line?.close();
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(hidden);
  if (document.visibilityState === "hidden") hidden = setTimeout(close, HIDDEN_FOR);
  else look();
});
addEventListener("online", look);
addEventListener("pagehide", close);
addEventListener("pageshow", look);
document.addEventListener("live:look", look);
setInterval(() => {
  if (silent) close(), look();
  silent = socket?.readyState === WebSocket.OPEN;
  say({ ping: 1 });
}, BEAT);
look();
