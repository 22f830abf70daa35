// Evidence that survives a lost network. What a learner hands in is first put
// into a store on this device, under their account and with the key that tells
// it from all others; then it is sent, large files in pieces, and forgotten when
// the server has it. Without a network it waits, and goes when there is one.
(() => {
  "use strict";

  const PIECE = 1 << 20;
  const KEEP = 30 * 24 * 3600 * 1000;
  const account = document.body.dataset.account || "";
  const forms = Array.from(document.querySelectorAll("form[data-capture]"));
  const box = document.querySelector("[data-waiting]");
  if (!("indexedDB" in window) || (!account && !forms.length)) return;

  // ---- the store
  const opened = new Promise((done, fail) => {
    const ask = indexedDB.open("laurel", 1);
    ask.onupgradeneeded = () => {
      ask.result.createObjectStore("drafts", { keyPath: "key" });
      ask.result.createObjectStore("meta");
    };
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => fail(ask.error);
  });
  async function store(name, mode, act) {
    const db = await opened;
    return new Promise((done, fail) => {
      const t = db.transaction(name, mode);
      const ask = act(t.objectStore(name));
      t.oncomplete = () => done(ask.result);
      t.onerror = t.onabort = () => fail(t.error);
    });
  }
  const put = (d) => store("drafts", "readwrite", (s) => s.put(d));
  const drop = (key) => store("drafts", "readwrite", (s) => s.delete(key));
  const remember = (value, key) => store("meta", "readwrite", (s) => s.put(value, key));
  const recall = (key) => store("meta", "readonly", (s) => s.get(key));
  const mine = async (owner) => (await store("drafts", "readonly", (s) => s.getAll())).filter((d) => d.owner === owner);

  // ---- sending
  class Refused extends Error {}
  class SignIn extends Error {}

  async function ask(url, options) {
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-store", ...options, headers: { Accept: "application/json", ...options.headers } });
    if (answer.status === 401) throw new SignIn();
    if (answer.status >= 500 || answer.status === 429) throw new TypeError(String(answer.status)); // later
    return answer;
  }
  async function refusal(answer) {
    const p = await answer.json().catch(() => ({}));
    const all = (p.errors || []).map((e) => e.detail);
    return new Refused((all.length ? all : [p.detail || p.title || String(answer.status)]).join(" "));
  }
  const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const hex = (bytes) => Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");
  const sha256 = (bytes) => crypto.subtle.digest("SHA-256", bytes);
  const tus = (headers) => ({ "Tus-Resumable": "1.0.0", ...headers });

  async function announce(file) {
    let meta = "filename " + base64(new TextEncoder().encode(file.name));
    if (crypto.subtle && file.blob.size <= 32 * PIECE) {
      meta += ",sha256 " + base64(new TextEncoder().encode(hex(await sha256(await file.blob.arrayBuffer()))));
    }
    const answer = await ask("/v1/uploads", { method: "POST", headers: tus({ "Upload-Length": String(file.blob.size), "Upload-Metadata": meta }) });
    if (answer.status !== 201) throw await refusal(answer);
    file.upload = answer.headers.get("Location");
  }

  // How far a file has come; nothing where the server has forgotten it.
  async function offset(file) {
    const answer = await ask(file.upload, { method: "HEAD", headers: tus() });
    return answer.ok ? Number(answer.headers.get("Upload-Offset")) : undefined;
  }

  async function sendFile(draft, file, moved) {
    let at = file.upload ? await offset(file) : undefined;
    if (at === undefined) {
      await announce(file);
      await put(draft); // so that the next try goes on where this one stops
      at = 0;
    }
    while (at < file.blob.size) {
      const piece = await file.blob.slice(at, at + PIECE).arrayBuffer();
      const sum = crypto.subtle ? { "Upload-Checksum": "sha256 " + base64(await sha256(piece)) } : {};
      const answer = await ask(file.upload, { method: "PATCH", body: piece, headers: tus({ "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(at), ...sum }) });
      if (answer.status === 409 || answer.status === 460) {
        at = await offset(file);
        if (at === undefined) throw new TypeError("gone");
        continue;
      }
      if (!answer.ok) { file.upload = ""; throw await refusal(answer); }
      at = Number(answer.headers.get("Upload-Offset"));
      moved(file, at);
    }
  }

  async function send(draft, moved) {
    const me = await (await ask("/capture/me", {})).json();
    if (me.account !== draft.owner) throw new SignIn();
    for (const file of draft.files) await sendFile(draft, file, moved);
    const body = new URLSearchParams(draft.fields);
    for (const file of draft.files) body.append("uploads", file.upload.split("/").pop());
    body.set("_for", draft.owner);
    const before = draft.posted; // an answer may have been lost
    draft.posted = true;
    await put(draft);
    const answer = await ask(draft.to, { method: "POST", body, headers: { "Idempotency-Key": draft.key } });
    const there = before && answer.status === 409 && draft.to !== "/evidence";
    if (!answer.ok && !there) throw await refusal(answer);
    await drop(draft.key);
    return there ? draft.to : (await answer.json()).location;
  }

  // One page at a time sends, and each draft once.
  const alone = (act) => (navigator.locks ? navigator.locks.request("laurel-send", act) : act());

  // ---- the list of what waits
  let owner = account;
  const words = (name) => (box && box.dataset[name]) || "";

  function line(d) {
    const item = document.createElement("li");
    const title = document.createElement("p");
    title.className = "strong";
    title.dir = "auto";
    title.textContent = (d.fields.find(([n]) => n === "title") || [])[1] || "–";
    const state = document.createElement("p");
    state.className = "muted small";
    state.textContent = d.state === "refused" ? d.why : words(d.state === "sign-in" ? "signIn" : "waits");
    const said = document.createElement("div");
    said.append(title, state);
    item.append(said);
    if (d.state === "sign-in") {
      const a = document.createElement("a");
      a.href = "/sign-in?next=/evidence/new";
      a.className = "button quiet";
      a.textContent = words("toSignIn");
      item.append(a);
    }
    const open = document.createElement("button");
    open.type = "button";
    open.className = "button quiet";
    open.textContent = words("open");
    open.addEventListener("click", () => {
      if (forms.length) { fill(forms[0], d); forms[0].querySelector("[name=title]")?.focus(); }
      else location.assign("/evidence/new#draft=" + encodeURIComponent(d.key));
    });
    item.append(open);
    const away = document.createElement("button");
    away.type = "button";
    away.className = "button quiet";
    away.textContent = words("discard");
    away.addEventListener("click", async () => { if (confirm(words("sure"))) { await drop(d.key); show(); } });
    item.append(away);
    return item;
  }

  async function show() {
    if (!box) return;
    const all = owner ? await mine(owner) : [];
    box.hidden = !all.length;
    box.querySelector("ul").replaceChildren(...all.map(line));
  }

  async function settle(d, fault) {
    if (fault instanceof Refused) { d.state = "refused"; d.why = fault.message; }
    else d.state = fault instanceof SignIn ? "sign-in" : "waiting";
    await put(d);
  }

  let again = 0;
  async function sendAll() {
    clearTimeout(again);
    if (!owner) return;
    await alone(async () => {
      for (const d of await mine(owner)) {
        if (d.state === "refused") continue;
        if (Date.now() - d.made > KEEP) { await drop(d.key); continue; }
        try { await send(d, () => {}); } catch (fault) { await settle(d, fault); if (!(fault instanceof Refused)) break; }
      }
    });
    await show();
    const left = (await mine(owner)).some((d) => d.state === "waiting");
    if (left) again = setTimeout(sendAll, 15000);
  }

  // Puts what was kept back into the form, under the same key.
  function fill(form, d) {
    for (const field of form.elements) {
      if (!field.name || field.type === "file") continue;
      const kept = d.fields.filter(([n]) => n === field.name).map(([, v]) => v);
      if (field.name === "idempotency_key") field.value = d.key || field.value;
      else if (field.type === "checkbox" || field.type === "radio") field.checked = kept.includes(field.value);
      else if (kept.length && field.type !== "hidden" && field.type !== "submit") field.value = kept[0];
    }
    const files = new DataTransfer();
    for (const f of d.files || []) files.items.add(new File([f.blob], f.name, { type: f.blob.type }));
    const input = form.querySelector("input[type=file]");
    if (input) input.files = files.files;
    if (d.to) form.action = d.to;
  }

  // ---- the form
  function capture(form) {
    const bar = form.querySelector("progress");
    const say = (name, text) => { const p = form.querySelector("[data-capture-state]"); if (p) p.textContent = name ? p.dataset[name] : text || ""; };
    const free = () => { delete form.dataset.sent; form.querySelectorAll("button").forEach((b) => { b.disabled = false; }); bar.hidden = true; };

    function draftOf(submitter) {
      const draft = { key: "", to: "/evidence", owner, made: Date.now(), state: "waiting", fields: [], files: [] };
      for (const [name, value] of new FormData(form, submitter)) {
        if (name === "idempotency_key") draft.key = value;
        else if (typeof value === "string") draft.fields.push([name, value]);
        else if (value.size) draft.files.push({ name: value.name, blob: value, upload: "" });
      }
      draft.key ||= crypto.randomUUID();
      return draft;
    }

    // What is being written is there again after the browser was closed: here
    // where no server keeps it as a draft.
    let timer = 0;
    const ours = !("autosave" in form.dataset);
    if (ours) form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => remember({ owner, fields: draftOf().fields }, "writing").catch(() => {}), 1000);
    });
    const written = () => { clearTimeout(timer); return store("meta", "readwrite", (s) => s.delete("writing")); };
    const restore = async () => {
      const was = await recall("writing");
      const title = form.querySelector("[name=title]");
      if (!was || was.owner !== owner || !title || title.value || form.querySelector("[name=indicators]:checked")) return;
      fill(form, was);
      say("restored");
    };
    if (ours) restore().catch(() => {});

    form.addEventListener("submit", async (e) => {
      if (e.defaultPrevented || !owner) return;
      e.preventDefault();
      const draft = draftOf(e.submitter);
      await form.saving; // a draft that is being kept gets its address first
      draft.to = new URL(form.action).pathname;
      const total = draft.files.reduce((n, f) => n + f.blob.size, 0) || 1;
      const come = new Map();
      try { await put(draft); await written(); } catch { form.submit(); return; } // no room on the device: as without script
      say("sending");
      bar.max = total;
      bar.value = 0;
      bar.hidden = !draft.files.length;
      try {
        const to = await alone(() => send(draft, (file, at) => { come.set(file, at); bar.value = [...come.values()].reduce((a, b) => a + b, 0); }));
        location.assign(to);
      } catch (fault) {
        free();
        if (fault instanceof Refused) { // the form is still here, to be mended
          await drop(draft.key);
          if (ours) await remember({ owner, fields: draft.fields }, "writing");
          form.querySelector("[data-capture-state]").classList.add("strong");
          say("", fault.message);
          return;
        }
        await settle(draft, fault);
        const key = form.querySelector("[name=idempotency_key]");
        form.reset();
        if (key) key.value = crypto.randomUUID();
        say(fault instanceof SignIn ? "expired" : "kept");
        await show();
        box?.scrollIntoView({ block: "nearest" });
        again = setTimeout(sendAll, 15000);
      }
    });
  }

  // The page at hand without a network has no choices of its own: it takes those
  // that this account last saw.
  async function choices() {
    const list = document.querySelector("[data-choices]");
    if (list) {
      const me = await recall("me");
      if (!me) return false;
      owner = me.owner;
      const option = ({ code, text }) => {
        const row = document.createElement("div");
        row.className = "option";
        const input = Object.assign(document.createElement("input"), { type: "checkbox", id: "i-" + code, name: "indicators", value: code });
        const label = Object.assign(document.createElement("label"), { htmlFor: input.id, textContent: text });
        row.append(input, label);
        return row;
      };
      list.replaceChildren(...me.choices.filter((c) => c.first).map(option));
      document.querySelector("[data-choices-more]").replaceChildren(...me.choices.filter((c) => !c.first).map(option));
      return true;
    }
    if (forms.length) {
      const seen = Array.from(document.querySelectorAll("form[data-capture] [name=indicators]"),
        (i) => ({ code: i.value, text: i.labels[0]?.textContent.trim() || i.value, first: !i.closest("details") }));
      await remember({ owner: account, choices: seen }, "me");
    }
    return true;
  }

  // Signing out takes along what this device holds.
  document.querySelectorAll('form[action="/sign-out"], form[action="/sign-out-everywhere"]').forEach((form) => {
    form.addEventListener("submit", async (e) => {
      if (form.dataset.wiped) return;
      e.preventDefault();
      const left = (await mine(owner).catch(() => [])).length;
      if (left && !confirm(document.body.dataset.unsent.replace("#", String(left)))) {
        delete form.dataset.sent;
        form.querySelectorAll("button").forEach((b) => { b.disabled = false; });
        return;
      }
      form.dataset.wiped = "yes";
      (await opened.catch(() => null))?.close();
      indexedDB.deleteDatabase("laurel");
      if ("caches" in window) await caches.delete("laurel-capture");
      form.submit();
    });
  });

  (async () => {
    const ready = await choices();
    document.querySelectorAll("[data-capture-ready]").forEach((e) => { e.hidden = !ready; });
    document.querySelectorAll("[data-capture-none]").forEach((e) => { e.hidden = ready; });
    forms.forEach(capture);
    await show();
    addEventListener("online", sendAll);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) sendAll(); });
    if (account && forms.length && "serviceWorker" in navigator) {
      navigator.serviceWorker.register("/worker.js", { scope: "/evidence/new" }).catch(() => {});
    }
    const wanted = new URLSearchParams(location.hash.slice(1)).get("draft");
    const kept = wanted && forms.length && (await mine(owner)).find((d) => d.key === wanted);
    if (kept) fill(forms[0], kept);
    await sendAll();
  })().catch(() => {}); // a browser that keeps nothing works as without script
})();
