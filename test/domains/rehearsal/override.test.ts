import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { manualOverride } from '../../../src/domains/rehearsal/override.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-override-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function person() {
  const [lines, refused]: [string[], string[]] = [[], []];
  const said = manualOverride(
    folder,
    () => lines.shift() ?? null,
    (line) => refused.push(line),
  );
  const type = (...typed: string[]) => lines.push(...typed);
  return { said, refused, type };
}

it('a file says it once, and that of a pause as long as it is there', () => {
  const { said } = person();
  expect(said()).toBeNull();
  writeFileSync(join(folder, 'pause'), '');
  expect([said(), said()]).toEqual(['pause', 'pause']);
  rmSync(join(folder, 'pause'));
  expect(said()).toBeNull();
  writeFileSync(join(folder, 'abort'), '');
  expect([said(), said(), existsSync(join(folder, 'abort'))]).toEqual(['abort', null, false]);
});

it('a typed pause lasts until resume, or until something else is decided', () => {
  const { said, type } = person();
  type('pause');
  expect([said(), said()]).toEqual(['pause', 'pause']);
  type('resume');
  expect(said()).toBeNull();
  type('pause', 'promote');
  expect([said(), said()]).toEqual(['promote', null]);
});

it('what is none of the words decides nothing, and is named', () => {
  const { said, type, refused } = person();
  type('', 'promot', 'yes');
  expect(said()).toBeNull();
  expect(refused).toEqual(['promot', 'yes']);
});
