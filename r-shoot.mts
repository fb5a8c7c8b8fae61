import { mkdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import { writeReports } from './src/report/write.ts';
import { domains } from './src/run/domains.ts';
import { cases } from './test/report/fixture.ts';
const out = '/tmp/r-shots'; mkdirSync(out, { recursive: true });
const wanted = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const w of wanted) {
  const [name, file, scheme, width, max = '2200'] = w.split(':');
  const broken = { id: 'toy', reporting: async () => ({ blocks: [{ page: 'index.html', place: 'findings' as const, template: 'x', view: () => { throw new Error('fault 3 has no component'); } }] }) };
  const results = cases[name!]!();
  const written = await writeReports(results, `/tmp/r-out/${name}`, name === 'notReady' ? [...domains, broken] : domains);
  const page = await browser.newPage({ viewport: { width: Number(width), height: 900 }, colorScheme: scheme as 'light' });
  await page.goto(pathToFileURL(written.files[`${file}.html`]!).href);
  const h = await page.evaluate('document.documentElement.scrollHeight') as number;
  await page.setViewportSize({ width: Number(width), height: Math.min(h, Number(max)) });
  await page.screenshot({ path: `${out}/${name}-${file}-${scheme}-${width}.png` });
  console.log(name, file, h);
  await page.close();
}
await browser.close();
