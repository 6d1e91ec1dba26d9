// Passkeys: the one deed that needs script. A form with data-passkey="get" or "create" asks the browser before it is sent.
//   data-options   what the house asks for, as JSON; without it, it is fetched from the form's address
//   data-refused, data-failed   the sentence when the person, or the device, said no

/** @param {string} text base64url @returns {Uint8Array<ArrayBuffer>} */
const bytesOf = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

/** @param {ArrayBuffer | null | undefined} bytes @returns {string | null} base64url */
const textOf = (bytes) =>
  bytes
    ? btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
    : null;

/** @param {any} listed */
const credentialsOf = (listed) => listed?.map((/** @type {any} */ one) => ({ ...one, id: bytesOf(one.id) }));

/** @param {any} asked what the house asks for @returns {any} the same, as the browser wants it */
const prepared = (asked) => ({
  ...asked,
  challenge: bytesOf(asked.challenge),
  ...(asked.user && { user: { ...asked.user, id: bytesOf(asked.user.id) } }),
  ...(asked.allowCredentials && { allowCredentials: credentialsOf(asked.allowCredentials) }),
  ...(asked.excludeCredentials && { excludeCredentials: credentialsOf(asked.excludeCredentials) }),
});

/** @param {any} made a credential of the browser @returns {object} the same, as the house reads it */
const answered = (made) => ({
  type: made.type,
  id: made.id,
  rawId: textOf(made.rawId),
  authenticatorAttachment: made.authenticatorAttachment,
  clientExtensionResults: made.getClientExtensionResults(),
  response: Object.fromEntries(
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]
      .filter((name) => name in made.response)
      .map((name) => [name, textOf(made.response[name])]),
  ),
});

/** @param {HTMLFormElement} form @returns {Promise<any>} */
async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`no riddle: ${answer.status}`);
  return (await answer.json()).request_options;
}

/** @param {HTMLFormElement} form */
async function ask(form) {
  const { publicKey } = await optionsOf(form);
  const asked = { publicKey: prepared(publicKey) };
  const made = await (form.dataset.passkey === "create"
    ? navigator.credentials.create(asked)
    : navigator.credentials.get(asked));
  const field = form.elements.namedItem("credential");
  if (field instanceof HTMLInputElement) field.value = JSON.stringify(answered(made));
  form.submit();
}

/** @param {HTMLFormElement} form @param {unknown} trouble */
function say(form, trouble) {
  const line = form.querySelector("[role=alert][hidden], [role=alert].said");
  if (!(line instanceof HTMLElement)) return;
  const refused = trouble instanceof DOMException && ["NotAllowedError", "AbortError"].includes(trouble.name);
  line.textContent = (refused ? form.dataset.refused : form.dataset.failed) ?? "";
  line.classList.add("said");
  line.hidden = false;
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-passkey]"))) {
  if (!("PublicKeyCredential" in window)) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form).catch((trouble) => say(form, trouble));
  });
}
