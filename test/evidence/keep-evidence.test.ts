import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Journal } from '../../src/evidence/journal.ts';
import { openJournal } from '../../src/evidence/journal.ts';
import { keepEvidence } from '../../src/evidence/keep-evidence.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-evidence-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const downtime = { fromMs: 0, toMs: 1, reason: 'backup' };

test('the first event that cannot be written ends the run: the reserve is freed, and the journal says why', () => {
  const file = join(folder, 'journal.ndjson');
  const onDisk = openJournal(file, { source: 'shakedown/runs/x' });
  let isFull = true;
  const raw: Journal = {
    get lost() {
      return 1;
    },
    append(type, data) {
      if (isFull) {
        isFull = false;
        throw Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' });
      }
      onDisk.append(type, data);
    },
    close: () => onDisk.close(),
  };
  const { journal, evidence } = keepEvidence(folder, raw);
  expect(statSync(join(folder, 'reserve')).size).toBe(64 * 1024);
  evidence.check();
  journal.append('shakedown.downtime.planned', downtime);
  expect(existsSync(join(folder, 'reserve'))).toBe(false);
  expect(evidence.signal.aborted).toBe(true);
  expect(() => evidence.check()).toThrow('the disk is full');
  expect(evidence.failure).toMatchObject({ code: 'EVIDENCE_LOST', exitCode: 3 });
  const first = evidence.failure;
  evidence.fail(new Error('another'));
  expect(evidence.failure).toBe(first);
  expect(journal.lost).toBe(1);
  journal.close();
  const [line, ...others] = readFileSync(file, 'utf8').trim().split('\n');
  expect(others).toEqual([]);
  expect(JSON.parse(line ?? '')).toMatchObject({
    type: 'shakedown.run.interrupted',
    data: { reason: 'the run’s folder could not be written to: the disk is full' },
  });
});

test('where the reserve cannot be written there is none, and it can be released all the same, as often as one likes', () => {
  const file = join(folder, 'journal.ndjson');
  const { evidence, journal } = keepEvidence(join(folder, 'gone'), openJournal(file, { source: 'shakedown/runs/x' }));
  expect(evidence.failure).toBeNull();
  evidence.release();
  evidence.fail(new Error('torn'));
  evidence.release();
  expect(evidence.failure).toMatchObject({ code: 'EVIDENCE_LOST', message: expect.stringContaining('torn') });
  journal.close();
});
