// node shot.mjs URL OUT.png [--width 390] [--dark] [--print] [--no-script] [--fold] [--cookie name=value]
// A picture of a page; --print writes a PDF (OUT.pdf) as a printer gets it
// (--letter for Letter, else A4); --fold takes only what is seen first.
import { parseArgs } from "node:util";
import { launch, look } from "./browser.mjs";

const { values: o, positionals: [url, out] } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: "string", default: "1280" }, height: { type: "string", default: "900" },
    dark: { type: "boolean" }, print: { type: "boolean" }, letter: { type: "boolean" },
    "no-script": { type: "boolean" }, fold: { type: "boolean" },
    cookie: { type: "string", multiple: true, default: [] },
  },
});
if (!url || !out) {
  process.stderr.write("usage: node shot.mjs URL OUT [options]\n");
  process.exit(64);
}
const browser = await launch();
try {
  const context = await browser.newContext(look({ width: +o.width, height: +o.height, dark: o.dark, script: !o["no-script"] }));
  await context.addCookies(o.cookie.map((c) => ({ name: c.slice(0, c.indexOf("=")), value: c.slice(c.indexOf("=") + 1), url })));
  const page = await context.newPage();
  await page.goto(url, { waitUntil: "networkidle" });
  if (o.print) await page.pdf({ path: out, format: o.letter ? "Letter" : "A4", preferCSSPageSize: true, printBackground: false });
  else await page.screenshot({ path: out, fullPage: !o.fold });
} finally {
  await browser.close();
}
