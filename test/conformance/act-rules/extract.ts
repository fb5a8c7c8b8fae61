// Takes the test cases of the W3C's ACT rules out of a copy of https://github.com/act-rules/act-rules.github.io, whose files are under the W3C
// Software and Document License (test/fixtures/act-rules/LICENSE.md): `node --import tsx test/conformance/act-rules/extract.ts <folder of the copy>`.
// Kept are the cases of rules that axe-core names as its own and of those that a walk by keyboard and enlarging can see, and the small files they ask for.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ActCase, claimed } from './cases.ts';

const folder = fileURLToPath(new URL('../../fixtures/act-rules', import.meta.url));
const largestBytes = 20_000;
const [, , from] = process.argv;
if (from === undefined) throw new Error('Name the folder of the copy.');

const cases: ActCase[] = [];
const assets = new Set<string>();
for (const file of readdirSync(join(from, '_rules')).sort()) {
  const rule = /-(\w{6})\.md$/.exec(file)?.[1] ?? /(\w{6})\.md$/.exec(file)?.[1] ?? '';
  if (!claimed().has(rule)) continue;
  const text = readFileSync(join(from, '_rules', file), 'utf8');
  for (const [, kind = '', number = '', language = '', html = ''] of text.matchAll(
    /#### (Passed|Failed|Inapplicable) Example (\d+)[\s\S]*?```(\w+)\n([\s\S]*?)```/g,
  )) {
    if (language !== 'html') continue;
    cases.push({ rule, expected: kind.toLowerCase() as ActCase['expected'], number: Number(number), html });
    for (const [path] of html.matchAll(/\/test-assets\/[\w./-]+/g)) assets.add(path);
  }
}
writeFileSync(join(folder, 'cases.json'), `${JSON.stringify(cases, null, 1)}\n`);
for (const path of assets) {
  const source = join(from, path);
  const isText = /\.(html?|css|js|svg)$/.test(path);
  if (!isText || !existsSync(source) || statSync(source).size > largestBytes) continue;
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), readFileSync(source));
}
