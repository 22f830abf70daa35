// What shot, axe and flow share: a headless Chromium that stays at home.
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
export const axePath = require.resolve("axe-core/axe.min.js");

const args = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args });
}

// look turns a step's wishes into the options of a browser context.
export function look({ width = 1280, height = 900, dark = false, script = true } = {}) {
  return {
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: script,
    reducedMotion: "reduce",
    hasTouch: width < 600,
    acceptDownloads: true,
  };
}

// axe gives the findings of axe-core on the page, worst first, in short form.
// It runs outside the page's Content-Security-Policy.
export async function axe(page) {
  const { readFile } = await import("node:fs/promises");
  await page.evaluate(await readFile(axePath, "utf8") + ";0");
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const order = ["critical", "serious", "moderate", "minor"];
  return violations
    .map((v) => ({ rule: v.id, impact: v.impact, help: v.help, nodes: v.nodes.map((n) => n.target.join(" ") + ": " + n.failureSummary.split("\n").slice(1).join(" ").trim()) }))
    .sort((a, b) => order.indexOf(a.impact) - order.indexOf(b.impact));
}
