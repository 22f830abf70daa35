// node axe.mjs URL… : the findings of axe-core as JSON; exit 1 if any is
// serious or critical.
import { axe, launch, look } from "./browser.mjs";

const browser = await launch();
let bad = false;
try {
  const page = await (await browser.newContext(look())).newPage();
  for (const url of process.argv.slice(2)) {
    await page.goto(url, { waitUntil: "networkidle" });
    const found = await axe(page);
    bad ||= found.some((f) => f.impact === "serious" || f.impact === "critical");
    process.stdout.write(JSON.stringify({ url, found }, null, 2) + "\n");
  }
} finally {
  await browser.close();
}
process.exit(bad ? 1 : 0);
