// Passkeys: a form with data-passkey="make" or "show" asks the device, puts its answer into the field `passkey` and sends
// itself. Without script, or on a device that knows no passkeys, the sentence for that is shown and codes remain.

const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
};

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const described = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

async function make(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: described(options.excludeCredentials),
    },
  });
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
      transports: made.response.getTransports ? made.response.getTransports() : [],
    },
  };
}

async function show(options) {
  const shown = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: described(options.allowCredentials),
    },
  });
  return {
    id: shown.id,
    rawId: text(shown.rawId),
    type: shown.type,
    response: {
      authenticatorData: text(shown.response.authenticatorData),
      clientDataJSON: text(shown.response.clientDataJSON),
      signature: text(shown.response.signature),
      userHandle: shown.response.userHandle ? text(shown.response.userHandle) : null,
    },
  };
}

function prepare(form) {
  const field = form.querySelector("input[name=passkey]");
  const button = form.querySelector("[data-ask-passkey]");
  const said = form.querySelector("[data-passkey-said]");
  if (!window.PublicKeyCredential) {
    said.textContent = form.dataset.unknown;
    said.hidden = false;
    return;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    said.hidden = true;
    button.setAttribute("aria-disabled", "true");
    try {
      const options = JSON.parse(form.dataset.options);
      const answer = form.dataset.passkey === "make" ? await make(options) : await show(options);
      field.value = JSON.stringify(answer);
      form.requestSubmit();
    } catch (problem) {
      said.textContent = problem.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed;
      said.hidden = false;
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
}

for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);
