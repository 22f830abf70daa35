// Walks through pages as a person would. Reads one JSON object on stdin:
//
//   {"base": "http://…", "width": 1280, "dark": false, "script": true,
//    "timeoutMillis": 10000, "steps": [{"do": "goto", "url": "/"}, …]}
//
// Steps ("in" is a CSS selector; a step may carry "as", a name for its context,
// so that two people can be signed in at once):
//   goto url · click in · fill in value · press key [in] · check in · select in value
//   upload in files[{name,type,text}] · expect in text · gone in · count in n
//   url value (path ends so) · text in → value · attr in name → value · eval value → value
//   shot path [fold] · pdf [path] [letter] → each sheet as "842x595" (points) · axe → value · view width height · dark on · print on
//   offline on · cookies → value · download in → value (the file's text) · wait value (ms)
//
// Writes {"ok", "steps": [{"do", "ok", "error", "value", "url"}], "console": [],
// "failed": []} and stops at the first step that fails. The exit code is 0 also then.
import { readFile } from "node:fs/promises";
import { axe, launch, look } from "./browser.mjs";

const input = JSON.parse(await new Promise((done) => {
  let text = "";
  process.stdin.setEncoding("utf8").on("data", (d) => { text += d; }).on("end", () => done(text));
}));
const out = { ok: true, steps: [], console: [], failed: [] };
const browser = await launch();
const pages = new Map();

async function pageOf(name) {
  if (!pages.has(name)) {
    const context = await browser.newContext({ ...look(input), baseURL: input.base });
    context.setDefaultTimeout(input.timeoutMillis || 10000);
    const page = await context.newPage();
    page.on("console", (m) => { if (m.type() === "error" || m.type() === "warning") out.console.push(`${page.url()}: ${m.text()}`); });
    page.on("pageerror", (e) => out.console.push(`${page.url()}: ${e.message}`));
    page.on("requestfailed", (r) => out.failed.push(`${r.url()}: ${r.failure()?.errorText}`));
    pages.set(name, page);
  }
  return pages.get(name);
}

const one = (page, s) => page.locator(s.in).first();

const acts = {
  goto: async (p, s) => (await p.goto(s.url, { waitUntil: "load" }))?.status(),
  click: (p, s) => one(p, s).click(),
  fill: (p, s) => one(p, s).fill(s.value ?? ""),
  press: (p, s) => (s.in ? one(p, s).press(s.key) : p.keyboard.press(s.key)),
  check: (p, s) => one(p, s).check(),
  select: async (p, s) => { await one(p, s).selectOption(s.value); },
  upload: (p, s) => one(p, s).setInputFiles(s.files.map((f) => ({ name: f.name, mimeType: f.type, buffer: Buffer.from(f.text) }))),
  expect: (p, s) => p.locator(s.in || "body").filter({ hasText: s.text }).first().waitFor(),
  gone: (p, s) => one(p, s).waitFor({ state: "hidden" }),
  count: async (p, s) => {
    const n = await p.locator(s.in).count();
    if (n !== (s.n ?? 0)) throw new Error(`${n} × ${s.in}, want ${s.n ?? 0}`);
  },
  url: (p, s) => p.waitForURL((u) => (u.pathname + u.search).endsWith(s.value)),
  text: (p, s) => one(p, s).innerText(),
  attr: (p, s) => one(p, s).getAttribute(s.name),
  eval: (p, s) => p.evaluate(s.value),
  shot: async (p, s) => { await p.screenshot({ path: s.path, fullPage: !s.fold }); },
  pdf: async (p, s) => {
    const pdf = await p.pdf({ path: s.path, format: s.letter ? "Letter" : "A4", preferCSSPageSize: true });
    const boxes = pdf.toString("latin1").matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g);
    return Array.from(boxes, ([, w, h]) => `${Math.round(w)}x${Math.round(h)}`);
  },
  axe: (p) => axe(p),
  view: (p, s) => p.setViewportSize({ width: s.width, height: s.height || 900 }),
  dark: (p, s) => p.emulateMedia({ colorScheme: s.on ? "dark" : "light" }),
  print: (p, s) => p.emulateMedia({ media: s.on ? "print" : "screen" }),
  offline: (p, s) => p.context().setOffline(Boolean(s.on)),
  cookies: (p) => p.context().cookies(),
  download: async (p, s) => {
    const [file] = await Promise.all([p.waitForEvent("download"), one(p, s).click()]);
    return readFile(await file.path(), "utf8");
  },
  wait: (p, s) => p.waitForTimeout(Number(s.value)),
};

try {
  for (const step of input.steps) {
    const result = { do: step.do, ok: true };
    out.steps.push(result);
    const page = await pageOf(step.as || "");
    try {
      if (!acts[step.do]) throw new Error(`no such step: ${step.do}`);
      const value = await acts[step.do](page, step);
      if (value !== undefined && value !== null) result.value = value;
    } catch (e) {
      result.ok = false;
      result.error = e.message;
      result.text = (await page.locator("body").innerText({ timeout: 1000 }).catch(() => "")).slice(0, 2000);
      out.ok = false;
    }
    result.url = page.url();
    if (!result.ok) break;
  }
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(out));
