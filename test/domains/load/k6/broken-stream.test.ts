import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runK6 } from '../../../../src/domains/load/k6/run.ts';
import { loadInput, request, session } from '../shop.ts';

/** A frame of the engine without text, as a shell writes it: its kind, and the length that it says it has. */
const frame = (kind: number, length: string) =>
  `'${'\\377'.repeat(4)}\\00${kind}${'\\000'.repeat(3)}${length.repeat(4)}${'\\000'.repeat(20)}'`;

it('ends a load in order where what its engine sends cannot be read, and says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'k6');
  const script = [
    '#!/bin/sh',
    `printf ${frame(1, '\\000')} >&4`,
    'read start <&3',
    'sleep 2',
    `printf ${frame(2, '\\377')} >&4`,
    'exec sleep 60',
  ];
  writeFileSync(path, `${script.join('\n')}\n`, { mode: 0o755 });
  const sessions = Array.from({ length: 30 }, (_, i) => session(i, i * 100, [request(0)]));
  const input = loadInput('http://127.0.0.1:1', sessions, { folder, durationMs: 60_000 });
  const outcome = await runK6({ path, version: '2.0.0', build: 'shakedown' }, input);
  expect(outcome.failure).toBeInstanceOf(RangeError);
  expect(outcome.endedEarly).toContain('neither a sample nor a message');
  expect(outcome.coveredMs).toBeLessThan(10_000);
  expect(outcome.accounting.unsent).toBe(outcome.accounting.planned);
}, 20_000);
