import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  addManualResults,
  blankChecklist,
  forPeople,
  readChecklist,
} from '../../../../src/domains/uat/manual/checklist.ts';
import { readManifestState } from '../../../../src/evidence/manifest.ts';
import { buildResults } from '../../../../src/run/results/build.ts';
import { renderRun } from '../../../../src/run/simulate/render.ts';
import { held, sign } from '../../../signing/keys.ts';
import { attempt, eventsOf } from '../attempts.ts';
import { measured, runOf } from '../run-folder.ts';

let base: string;
let folder: string;
let file: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'shakedown-checklist-'));
  folder = runOf(base, 'run', eventsOf([measured(), attempt({ id: 'S-2' })]));
  file = join(base, 'checklist.yaml');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const filled = (result: (id: string) => string, more = 'note: seen\n  ') =>
  blankChecklist().replace(
    /criterion: (\S+)\n {2}result:\n {2}person:\n {2}date:\n {2}note:/g,
    (_, id) => `criterion: ${id}\n  result: ${result(id)}\n  person: Ann\n  date: 2026-11-21\n  ${more}`,
  );
const read = (text: string) => {
  writeFileSync(file, text);
  return readChecklist(file, '2026-11-29');
};
const missing = async () => (await buildResults(folder)).missing.join('\n');

it('lists what no machine looks at; a signature alone does not say that anybody has', async () => {
  expect(forPeople().length).toBeGreaterThan(15);
  expect(await missing()).toContain('Manual accessibility checks are not part of this run: nobody has filled in');
  await sign(folder);
  expect(await missing()).toContain('Manual accessibility checks are not part of this run');
  expect(() => read(blankChecklist())).toThrow('no criterion in it has a result');
});

it('with a result for each leaves nothing open; one that was left out is named', async () => {
  const [first, second] = forPeople();
  addManualResults(folder, read(filled((id) => (id === second?.id ? '' : 'passed'))));
  expect(await missing()).toContain(`nobody has looked at ${second?.id} ${second?.title}.`);
  addManualResults(
    folder,
    read(`- { criterion: ${second?.id}, result: not applicable, person: Bob, date: 2026-11-22 }\n`),
  );
  const results = await buildResults(folder);
  expect(results.missing.join('\n')).not.toMatch(/accessibility c(hecks|riteria)/);
  expect(results.verdict).toBe('pass');
  expect(results.sections.uat?.acceptance?.checklist?.[0]).toMatchObject({
    id: first?.id,
    result: { result: 'passed', person: 'Ann', date: '2026-11-21' },
  });
  expect(readManifestState(folder).tampered).toEqual([]);
  await renderRun(folder);
  const page = readFileSync(join(folder, 'uat.html'), 'utf8');
  expect(page).toContain(`${forPeople().length} of ${forPeople().length} criteria looked at`);
});

it('that failed for anybody fails the run, whoever says otherwise later, and voids the sign-off before', async () => {
  await sign(folder);
  addManualResults(
    folder,
    read('- { criterion: 1.4.3, result: failed, person: Ann, date: 2026-11-21, note: "<b>grey on grey" }\n'),
  );
  addManualResults(folder, read('- { criterion: 1.4.3, result: passed, person: Eve, date: 2026-11-22 }\n'));
  const results = await buildResults(folder);
  expect([results.verdict, results.sentence]).toEqual(['fail', expect.stringContaining('1.4.3 Contrast (Minimum)')]);
  expect(await held(folder)).toEqual([false]);
  await renderRun(folder);
  expect(readFileSync(join(folder, 'uat.html'), 'utf8')).toContain('&lt;b&gt;grey on grey');
});

it.each([
  ['without a person', '- { criterion: 1.2.1, result: passed, date: 2026-11-21 }', 'criterion 1.2.1: person'],
  ['without a date', '- { criterion: 1.2.1, result: passed, person: Ann }', 'criterion 1.2.1: date'],
  ['of tomorrow', '- { criterion: 1.2.1, result: passed, person: Ann, date: 2026-11-30 }', 'is in the future'],
  [
    'that failed without a note',
    '- { criterion: 1.2.1, result: failed, person: Ann, date: 2026-11-21 }',
    'needs a note',
  ],
  ['of no criterion', '- { criterion: 9.9.9, result: passed, person: Ann, date: 2026-11-21 }', 'is none of WCAG 2.2'],
  ['of another result', '- { criterion: 1.2.1, result: ok, person: Ann, date: 2026-11-21 }', 'criterion 1.2.1: result'],
  [
    'with a name of two lines',
    '- { criterion: 1.2.1, result: passed, person: "A\\nB", date: 2026-11-21 }',
    'must be one line',
  ],
  [
    'with a key twice',
    '- { criterion: 1.2.1, result: passed, result: failed, person: Ann, date: 2026-11-21 }',
    'cannot be read',
  ],
  ['that is no list', 'a: b', 'is no list'],
])('%s is refused', (_, text, said) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ code: 'UAT_CHECKLIST', message: expect.stringContaining(said) }),
  );
});
