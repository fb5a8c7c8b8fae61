import { expect, test } from 'vitest';
import { checkUsers, virtualUsers } from '../../../src/domains/load/sizing.ts';
import type { EngineInfo } from '../../../src/model/results.ts';
import { loadInput } from './shop.ts';

const { plan } = loadInput('http://127.0.0.1:1', [], { folder: '', durationMs: 60_000 });
const large = { ...plan, sessions: 240_000, peakSessions: 17_438 };
const engine = (build: EngineInfo['build']): EngineInfo => ({
  name: build === 'embedded' ? 'autocannon' : 'k6',
  version: '1',
  build,
  certifiable: true,
  note: null,
});

test('more sessions at once than k6 can run are refused before the load, with how many processes would', () => {
  const users = virtualUsers(large);
  expect(users).toBeGreaterThan(40_000);
  expect(() => checkUsers(large, users, engine('shakedown'), 1)).toThrow(
    expect.objectContaining({ code: 'LOAD_SESSIONS', message: expect.stringContaining('17438 sessions under way') }),
  );
  expect(() => checkUsers(large, users, engine('shakedown'), 5)).not.toThrow();
  expect(() => checkUsers(large, 2501, engine('stock'), 1)).toThrow(/2500 at the most/);
  expect(() => checkUsers(large, 2500, engine('stock'), 1)).not.toThrow();
  // It opens as many connections as it is asked to, whatever the sessions.
  expect(() => checkUsers(large, users, engine('embedded'), 1)).not.toThrow();
});
