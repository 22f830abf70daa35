// A class by keyboard: moving over the grid, and scoring a section on one task.
// The pages work without it; the sheet is then a form.
(() => {
  "use strict";

  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  // table[data-grid]: arrow keys move from cell to cell, Enter opens.
  function grid(table) {
    const rows = all("tbody tr", table).map((tr) => all(".cell", tr));
    for (const cell of rows.flat()) if (!cell.href) cell.tabIndex = -1;
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    table.addEventListener("keydown", (e) => {
      const move = moves[e.key];
      const at = e.target.closest(".cell");
      if (!move || !at || e.ctrlKey || e.metaKey || e.altKey) return;
      const r = rows.findIndex((cells) => cells.includes(at));
      const to = rows[r + move[0]]?.[rows[r].indexOf(at) + move[1]];
      if (to) { to.focus(); to.scrollIntoView({ block: "nearest", inline: "nearest" }); }
      e.preventDefault();
    });
    table.addEventListener("focusin", (e) => {
      const th = e.target.closest("tbody th");
      if (th) return;
      e.target.closest(".cell")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
  }

  // form[data-sheet]: rows of learners, cells of levels. Each row is sent as soon
  // as it changes and kept on this device until the server has acknowledged it.
  function sheet(form) {
    const rows = all("[data-row]", form).map(rowOf);
    const bar = form.querySelector("[data-bar]");
    const proficient = Number(form.dataset.proficient);
    const dialog = document.querySelector("[data-phrases]");
    const key = "sheet:" + form.action;
    const put = (name, text) => { bar.querySelector(`[data-bar-${name}]`).textContent = text; };
    let last = null; // the last change, for undo
    let forPhrase = null; // the row whose feedback is chosen

    function rowOf(tr) {
      return {
        tr, id: tr.dataset.row, words: tr.querySelector(".sheet-words input"), state: tr.querySelector("[data-row-state]"),
        cells: all("[data-cell]", tr).map((set) => ({ set, code: set.dataset.cell, inputs: all("input[type=radio]", set) })),
        version: 0, sent: 0, timer: 0, wait: 2000, busy: false,
      };
    }
    const levelOf = (cell) => Number(cell.inputs.find((i) => i.checked)?.value || 0);
    const focusOf = (cell) => cell.inputs.find((i) => i.checked) || cell.inputs[0];
    const needsWords = (row) => !row.words.value.trim() && row.cells.some((c) => levelOf(c) && levelOf(c) < proficient);

    function place(target) {
      const row = rows.find((r) => r.tr.contains(target));
      return row && { row, cell: row.cells.find((c) => c.set.contains(target)) };
    }

    // What is on this device and not yet on the server.
    function keep() {
      const open = {};
      for (const r of rows) {
        if (r.version > r.sent || needsWords(r)) open[r.id] = { words: r.words.value, levels: Object.fromEntries(r.cells.map((c) => [c.code, levelOf(c)])) };
      }
      try {
        if (Object.keys(open).length) localStorage.setItem(key, JSON.stringify(open)); else localStorage.removeItem(key);
      } catch { /* private mode */ }
    }

    function restore() {
      let open = {};
      try { open = JSON.parse(localStorage.getItem(key) || "{}"); } catch { return; }
      for (const r of rows) {
        const kept = open[r.id];
        if (!kept) continue;
        r.words.value = kept.words;
        for (const c of r.cells) {
          const input = c.inputs.find((i) => i.value === String(kept.levels[c.code] || 0));
          if (input) input.checked = true;
        }
        changed(r);
      }
    }

    function say(row, word, more) {
      row.state.textContent = word ? bar.dataset[word] + (more ? " " + more : "") : "";
      row.state.classList.toggle("needs", word === "words" || word === "refused");
    }

    function changed(row) {
      row.version++;
      keep();
      clearTimeout(row.timer);
      row.timer = setTimeout(() => save(row), 250);
      count();
    }

    function count() {
      const done = rows.filter((r) => r.cells.every((c) => levelOf(c)) && !needsWords(r)).length;
      const line = bar.querySelector("[data-count]");
      const parts = line.dataset.template.split("#");
      line.textContent = parts[0] + done + parts[1] + rows.length + (parts[2] || "");
    }

    // What can be kept by the rules: below proficient only with words.
    function scores(row) {
      const lacking = !row.words.value.trim();
      return row.cells
        .map((c) => ({ indicator: c.code, level: levelOf(c) }))
        .filter((s) => !(lacking && s.level && s.level < proficient));
    }

    async function save(row) {
      if (row.busy) { clearTimeout(row.timer); row.timer = setTimeout(() => save(row), 250); return; }
      const version = row.version;
      row.busy = true;
      say(row, "saving");
      try {
        const answer = await fetch(form.action, {
          method: "POST", credentials: "same-origin", keepalive: true,
          headers: { Accept: "application/json", "Content-Type": "application/json" },
          body: JSON.stringify({ rows: [{ learner: row.id, feedback: row.words.value, scores: scores(row) }] }),
        });
        if (answer.status === 409 || answer.status === 422 || answer.status === 403) {
          const problem = await answer.json().catch(() => ({}));
          row.sent = version;
          say(row, "refused", problem.errors?.[0]?.detail || problem.detail || "");
        } else if (!answer.ok || answer.redirected) {
          throw new Error(String(answer.status));
        } else {
          row.sent = Math.max(row.sent, version);
          row.wait = 2000;
          if (row.version === version) say(row, needsWords(row) ? "words" : "saved");
        }
      } catch {
        say(row, "kept");
        clearTimeout(row.timer);
        row.timer = setTimeout(() => save(row), row.wait);
        row.wait = Math.min(row.wait * 2, 30000);
      }
      row.busy = false;
      keep();
      if (row.version > version) { clearTimeout(row.timer); row.timer = setTimeout(() => save(row), 50); }
    }

    function set(row, cell, value) {
      const input = cell.inputs.find((i) => i.value === value);
      if (!input) return false;
      remember(row, cell, levelOf(cell));
      input.checked = true;
      changed(row);
      return true;
    }

    function remember(row, cell, before) {
      clearTimeout(last?.timer);
      const button = bar.querySelector("[data-undo-key]");
      button.hidden = false;
      last = { row, cell, before, timer: setTimeout(() => { last = null; button.hidden = true; }, 10000) };
    }

    function undo() {
      if (!last) return;
      const { row, cell, before, timer } = last;
      clearTimeout(timer);
      last = null;
      bar.querySelector("[data-undo-key]").hidden = true;
      cell.inputs.find((i) => i.value === String(before)).checked = true;
      changed(row);
      focusOf(cell).focus();
      put("state", bar.dataset.undone);
    }

    function describe(row, cell) {
      const rubric = document.querySelector(`[data-rubric="${CSS.escape(cell.code)}"]`);
      const level = levelOf(cell) || proficient;
      put("who", row.tr.querySelector("th").firstChild.textContent.trim() + " · " + (rubric?.dataset.text || cell.code));
      put("level", all(`[data-n="${level}"] > span`, rubric || undefined).map((s) => s.textContent.trim()).join(": "));
    }

    function go(r, c) {
      const row = rows[Math.min(Math.max(r, 0), rows.length - 1)];
      const cell = row.cells[Math.min(Math.max(c, 0), row.cells.length - 1)];
      focusOf(cell).focus();
      row.tr.scrollIntoView({ block: "nearest" });
    }

    // After a level: the next cell, at the end of a row the next learner; a row
    // that needs words asks for them first.
    function onward(row, c) {
      const r = rows.indexOf(row);
      if (c + 1 < row.cells.length) go(r, c + 1);
      else if (needsWords(row)) { say(row, "words"); focusOf(row.cells[c]).focus(); }
      else if (r + 1 < rows.length) go(r + 1, 0);
    }

    function phrases(row) {
      if (!dialog) return;
      forPhrase = row;
      dialog.showModal();
      (dialog.querySelector("[data-phrase]") || dialog.querySelector("input")).focus();
    }

    function use(words) {
      const row = forPhrase;
      dialog.close();
      if (!row || !words.trim()) return;
      const had = row.words.value.trim();
      row.words.value = had && !had.includes(words.trim()) ? had + " " + words.trim() : words.trim();
      changed(row);
      const r = rows.indexOf(row);
      const open = row.cells.findIndex((c) => !levelOf(c));
      if (open >= 0) go(r, open); else if (r + 1 < rows.length) go(r + 1, 0); else go(r, 0);
    }

    form.addEventListener("keydown", (e) => {
      const at = place(e.target);
      if (!at || e.ctrlKey || e.metaKey || e.altKey) return;
      const r = rows.indexOf(at.row);
      if (!at.cell) { // writing feedback
        if (e.key === "Enter") { go(r + 1, 0); e.preventDefault(); }
        if (e.key === "Escape") { go(r, 0); e.preventDefault(); }
        return;
      }
      const c = at.row.cells.indexOf(at.cell);
      const low = e.key.toLowerCase();
      if (/^[1-9]$/.test(e.key)) { if (set(at.row, at.cell, e.key)) { describe(at.row, at.cell); onward(at.row, c); } }
      else if (["0", "Delete", "Backspace"].includes(e.key)) set(at.row, at.cell, "0");
      else if (e.key === "ArrowRight") { if (c + 1 < at.row.cells.length) go(r, c + 1); else go(r + 1, 0); }
      else if (e.key === "ArrowLeft") { if (c > 0) go(r, c - 1); else if (r > 0) go(r - 1, at.row.cells.length - 1); }
      else if (e.key === "ArrowDown" || e.key === "Enter") go(r + 1, c);
      else if (e.key === "ArrowUp") go(r - 1, c);
      else if (low === "n") go(r + 1, 0);
      else if (low === "f") phrases(at.row);
      else if (low === "z" || low === "u") undo();
      else return;
      e.preventDefault();
    });
    form.addEventListener("focusin", (e) => { const at = place(e.target); if (at?.cell) describe(at.row, at.cell); });
    form.addEventListener("change", (e) => { // by mouse or thumb
      const at = place(e.target);
      if (!at) return;
      if (at.cell) describe(at.row, at.cell);
      changed(at.row);
    });
    for (const r of rows) r.words.addEventListener("input", () => changed(r));
    bar.querySelector("[data-undo-key]").addEventListener("click", undo);
    addEventListener("online", () => { for (const r of rows) if (r.version > r.sent) save(r); });

    if (dialog) {
      dialog.addEventListener("keydown", (e) => {
        if (!/^[1-9]$/.test(e.key) || e.target.matches("input")) return;
        const phrase = all("[data-phrase]", dialog)[Number(e.key) - 1];
        if (phrase) { e.preventDefault(); use(phrase.textContent); }
      });
      dialog.addEventListener("click", (e) => {
        const phrase = e.target.closest("[data-phrase]");
        if (phrase) use(phrase.textContent);
        if (e.target.closest("[data-close-dialog]")) dialog.close();
      });
      dialog.addEventListener("close", () => { if (forPhrase && !form.contains(document.activeElement)) focusOf(forPhrase.cells[0]).focus(); });
      const add = dialog.querySelector("[data-new-phrase]");
      add.addEventListener("submit", (e) => {
        e.preventDefault();
        e.stopImmediatePropagation();
        const input = add.querySelector("input");
        const words = input.value.trim();
        if (!words) return;
        fetch(add.action, {
          method: "POST", credentials: "same-origin", keepalive: true,
          headers: { Accept: "application/json", "Content-Type": "application/json" }, body: JSON.stringify({ words }),
        }).catch(() => { /* the words are used now; remembering them can wait */ });
        if (!all("[data-phrase]", dialog).some((p) => p.textContent === words)) {
          const item = document.createElement("li");
          const button = document.createElement("button");
          button.type = "button"; button.className = "plain"; button.dataset.phrase = ""; button.textContent = words;
          item.append(button);
          dialog.querySelector("ol").append(item);
        }
        input.value = "";
        use(words);
      }, true);
    }

    bar.hidden = false;
    form.querySelector("[data-keys]").hidden = false;
    restore();
    count();
    const first = rows.findIndex((r) => r.cells.some((c) => !levelOf(c)));
    if (!document.querySelector(".problems") && matchMedia("(hover: hover)").matches) go(Math.max(first, 0), 0);
  }

  // details[data-judge-phrases]: F opens the phrases of feedback beside one piece
  // of evidence; a digit or a click puts one into the row that is being judged.
  function judgePhrases(list) {
    const areas = all(".judge-row textarea");
    const phrases = all("[data-phrase]", list);
    let area = areas[0];
    const rowOf = (target) => target.closest?.(".judge-row")?.querySelector("textarea");
    document.addEventListener("focusin", (e) => { area = rowOf(e.target) || area; });
    function use(words) {
      if (!area) return;
      area.value = area.value.trim() ? area.value.trim() + " " + words : words;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      list.open = false;
      area.focus();
    }
    list.addEventListener("click", (e) => { const p = e.target.closest("[data-phrase]"); if (p) use(p.textContent); });
    document.addEventListener("keydown", (e) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])")) return;
      if (e.key.toLowerCase() === "f") {
        list.open = true;
        phrases[0].focus();
      } else if (/^[1-9]$/.test(e.key) && list.open && list.contains(document.activeElement) && phrases[Number(e.key) - 1]) {
        use(phrases[Number(e.key) - 1].textContent);
        e.stopImmediatePropagation();
      } else { return; }
      e.preventDefault();
    }, true);
  }

  all("[data-judge-phrases]").forEach(judgePhrases);
  all("[data-grid]").forEach(grid);
  all("[data-sheet]").forEach(sheet);
})();
