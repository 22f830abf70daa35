// Comfort on top of pages that work without it: drafts that save themselves,
// word counts, keys for judging, progress that moves, files that can be dropped.
(() => {
  "use strict";

  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // form[data-autosave]: the form goes to the address a second after the last
  // key. Until the server has acknowledged, a copy stays on this device.
  function autosave(form) {
    const state = form.querySelector("[data-autosave-state]");
    const [address, action] = [form.dataset.autosave, form.action];
    const key = "draft:" + (document.body.dataset.account || "") + address; // a learner's is nobody else's
    const say = (word) => { if (state) state.textContent = word ? state.dataset[word] : ""; };
    const fields = () => new URLSearchParams(
      Array.from(new FormData(form)).filter(([, value]) => typeof value === "string"));
    let timer = 0;
    let version = 0;

    const keep = (text) => { try { localStorage.setItem(key, text); } catch { /* private mode */ } };
    const forget = () => { try { localStorage.removeItem(key); } catch { /* private mode */ } };

    async function save() {
      let done;
      form.saving = new Promise((ready) => { done = ready; }); // whoever sends the form waits for it
      const sent = version;
      const body = fields();
      const count = form.querySelector("[data-revision]"); // each saving is told from the one before
      if (count) count.value = String(Number(count.value) + 1);
      say("saving");
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST", body, credentials: "same-origin",
          keepalive: body.toString().length < 60000, // browsers refuse more
          headers: { Accept: "application/json" },
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const kept = await answer.json().catch(() => ({}));
        const seen = form.querySelector("[data-seen]");
        if (seen && kept.revision !== undefined) seen.value = String(kept.revision);
        if (kept.behind && kept.behind.length) say("behind");
        else if (sent === version) { forget(); say("saved"); if ("live" in form.dataset) refresh(); }
        if (kept.draft) { // a new draft: from now on this page edits it
          form.dataset.autosave = kept.draft + "/autosave";
          form.action = kept.draft;
        }
      } catch {
        if (version) say("kept");
        clearTimeout(timer);
        if (version) timer = setTimeout(save, 10000);
      } finally { done(); }
    }

    function restore() {
      let text = null;
      try { text = localStorage.getItem(key); } catch { return; }
      if (!text) return;
      let changed = false;
      for (const [name, value] of new URLSearchParams(text)) {
        for (const field of all("[name]", form)) {
          if (field.name !== name || field.type === "hidden" || field.type === "file") continue;
          if (field.type === "radio" || field.type === "checkbox") {
            if (field.value === value && !field.checked) { field.checked = true; changed = true; }
          } else if (field.value !== value) { field.value = value; changed = true; }
        }
      }
      if (changed) { say("restored"); version++; timer = setTimeout(save, 1000); }
    }

    restore();
    form.addEventListener("input", () => {
      version++;
      keep(fields().toString());
      clearTimeout(timer);
      timer = setTimeout(save, 1000);
    });
    const fresh = form.dataset.autosave === "/evidence/autosave"; // the next one begins empty
    form.addEventListener("submit", () => { clearTimeout(timer); if (fresh) forget(); });
    addEventListener("online", () => { if (version) save(); });
    form.addEventListener("reset", () => { // what was written is kept elsewhere; the next piece begins empty
      clearTimeout(timer);
      version = 0;
      forget();
      say("");
      form.dataset.autosave = address;
      form.action = action;
    });
  }

  // form[data-live]: once the text is kept, the parts of the page that speak about
  // it ([data-part], by their ids) are read anew.
  async function refresh() {
    try {
      const answer = await fetch(location.pathname, { credentials: "same-origin" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of all("[data-part]")) {
        const fresh = page.getElementById(part.id);
        if (fresh) part.replaceWith(fresh);
      }
    } catch { /* the parts stay as they were until the next time */ }
  }

  // select[data-route]: only the fields that the chosen way asks for are shown.
  function routeFields(select) {
    const show = () => all("[data-routes]", select.form).forEach((box) => {
      const filled = all("input, select", box).some((f) => f.value);
      box.hidden = !box.dataset.routes.split(" ").includes(select.value) && !filled;
    });
    select.addEventListener("change", show);
  }

  // textarea[data-words-min|max]: how many words there are, and whether it fits.
  // Words are split as the server splits them: at white space.
  function wordCounter(area) {
    const line = document.querySelector(`[data-words-for="${CSS.escape(area.id)}"]`);
    const now = line && line.querySelector(".words-now");
    if (!now) return;
    const least = Number(area.dataset.wordsMin || 0);
    const most = Number(area.dataset.wordsMax || Infinity);
    const show = () => {
      const n = (area.value.match(/\S+/g) || []).length;
      now.textContent = now.dataset.template.replace("#", String(n));
      now.classList.toggle("words-off", n > most || (n > 0 && n < least));
    };
    area.addEventListener("input", show);
    show();
  }

  // [data-progress]: asks how far the work is; rests while the page is hidden.
  function progress(box) {
    if ("finished" in box.dataset) return;
    const bar = box.querySelector("progress");
    const put = (name, text) => { const e = box.querySelector(`[data-${name}]`); if (e) e.textContent = text; };
    const started = performance.now();
    let first = null;
    let wait = 1000;

    function left(done, total) {
      const line = box.querySelector("[data-left]");
      const rate = (done - first) / (performance.now() - started);
      if (!line) return;
      if (rate <= 0 || done >= total) { line.textContent = ""; return; }
      const seconds = Math.ceil((total - done) / rate / 1000);
      line.textContent = line.dataset.template.replace("#",
        seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`);
    }

    async function ask() {
      if (document.hidden) { document.addEventListener("visibilitychange", ask, { once: true }); return; }
      try {
        const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" }, credentials: "same-origin" });
        if (!answer.ok) throw new Error(String(answer.status));
        const { done, total, failed, state } = await answer.json();
        first ??= done;
        bar.max = total || 1;
        bar.value = done;
        put("done", done);
        put("total", total);
        put("failed", failed);
        box.querySelector(".work-failed").hidden = !failed;
        left(done, total);
        if (state !== "running") {
          const line = box.querySelector("[data-state]");
          line.textContent = state === "done" ? line.dataset.complete : line.dataset.stopped;
          box.dispatchEvent(new CustomEvent("finished", { bubbles: true }));
          if (box.dataset.then) setTimeout(() => location.replace(box.dataset.then), 1000);
          return;
        }
        wait = 1000;
      } catch { wait = Math.min(wait * 2, 30000); }
      setTimeout(ask, wait);
    }
    ask();
  }

  // [data-levels]: 1–9 choose a level in the picker that has the focus (or the
  // first that is open), N goes to the next piece, ? shows the help.
  function levelKeys() {
    const pickers = all("[data-levels]");
    const next = document.querySelector("[data-next]");
    const help = document.querySelector("[data-keys-help]");
    if (!pickers.length && !next) return;
    const writing = (e) => e.target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])");
    const current = () => document.activeElement.closest?.("[data-levels]")
      || pickers.find((p) => !p.querySelector(":checked")) || pickers[0];
    document.addEventListener("keydown", (e) => {
      if (e.ctrlKey || e.metaKey || e.altKey || writing(e)) return;
      if (/^[1-9]$/.test(e.key)) {
        const picker = current();
        const level = picker && all("input[type=radio]", picker).find((i) => i.value === e.key);
        if (!level) return;
        level.checked = true;
        level.focus();
        level.dispatchEvent(new Event("input", { bubbles: true }));
        level.dispatchEvent(new Event("change", { bubbles: true }));
      } else if (e.key.toLowerCase() === "n" && next) {
        next.click();
      } else if (e.key === "?" && help) {
        help.open = !help.open;
      } else { return; }
      e.preventDefault();
    });
  }

  // [data-drop]: a file can be dropped on the field.
  function drop(box) {
    const input = box.querySelector("input[type=file]");
    const hint = box.querySelector(".drop-hint");
    if (!input) return;
    if (hint && matchMedia("(hover: hover)").matches) hint.hidden = false;
    const mark = (on) => box.classList.toggle("drop-over", on);
    box.addEventListener("dragover", (e) => { e.preventDefault(); mark(true); });
    box.addEventListener("dragleave", () => mark(false));
    box.addEventListener("drop", (e) => {
      e.preventDefault();
      mark(false);
      if (!e.dataTransfer.files.length) return;
      input.files = e.dataTransfer.files;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      if ("dropSubmits" in box.dataset) input.form.requestSubmit();
    });
  }

  // [data-copy]: copies its value; the button is hidden where that cannot work.
  function copy(button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const label = button.querySelector("span") || button;
      const words = label.textContent;
      label.textContent = button.dataset.copied || words;
      setTimeout(() => { label.textContent = words; }, 2000);
    });
  }

  // [data-check-all]: ticks every box of its form, or none when all are ticked.
  function checkAll(button) {
    const boxes = all("input[type=checkbox]", button.form);
    button.hidden = boxes.length < 2;
    button.addEventListener("click", () => {
      const on = !boxes.every((b) => b.checked);
      for (const b of boxes) b.checked = on;
    });
  }

  // A form is sent once. The button is disabled after the browser has read the
  // form, so that its name and value still go along; coming back frees it.
  function submitOnce(form) {
    form.addEventListener("submit", (e) => {
      if (form.dataset.sent) { e.preventDefault(); return; }
      form.dataset.sent = "yes";
      setTimeout(() => all("button:not([type=button])", form).forEach((b) => { b.disabled = true; }));
    });
  }

  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    all("button", form).forEach((b) => { b.disabled = false; });
  }));

  // The account menu closes like a menu: with Escape or a click elsewhere.
  function menu(details) {
    document.addEventListener("click", (e) => { if (!details.contains(e.target)) details.open = false; });
    details.addEventListener("keydown", (e) => {
      if (e.key !== "Escape" || !details.open) return;
      details.open = false;
      details.querySelector("summary").focus();
    });
  }

  all("details.account").forEach(menu);
  all("form[data-autosave]").forEach(autosave);
  all("select[data-route]").forEach(routeFields);
  all("textarea[data-words-min], textarea[data-words-max]").forEach(wordCounter);
  all("[data-progress]").forEach(progress);
  all("[data-drop]").forEach(drop);
  all("[data-copy]").forEach(copy);
  all("[data-check-all]").forEach(checkAll);
  all("form[method=post]").forEach(submitOnce);
  all("[data-print]").forEach((b) => { b.hidden = false; b.addEventListener("click", () => print()); });
  all("[data-undo]").forEach((form) => setTimeout(() => { form.hidden = true; }, 10000));
  document.querySelector(".problems")?.focus();
  levelKeys();
})();
