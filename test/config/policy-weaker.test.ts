import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Policy } from '../../src/model/config.ts';
import { domains } from '../../src/run/domains.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-weaker-'));
  mkdirSync(join(folder, 'reports', 'policies'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function policyOf(name: string): Promise<Policy> {
  const { config } = await loadConfig({ cwd: folder, domains, replays: false, overrides: { policy: name } });
  if (config.policy === undefined) throw new Error('there is no policy');
  return config.policy;
}

async function own(text: string): Promise<Policy> {
  writeFileSync(join(folder, 'reports', 'policies', 'mine.yaml'), text);
  return policyOf('mine');
}

const gates =
  'gates: [security, performance, functional, stability, parity, rehearsal, monitoring, uat, scalability, resilience, integrity, compliance, data, candidate, readiness, approval]';
const ages = 'maxAgeHours: { performance: 168, stability: 168, security: 72 }';
/** With what the whole stage asks of satisfaction. */
const whole = (text: string) =>
  text.includes('objectives: {')
    ? text.replace('objectives: {', 'objectives: { satisfaction: { target: 4 },')
    : `${text}\nobjectives: { satisfaction: { target: 4 } }\n`;

describe('what a policy asks less for than the whole stage', () => {
  it('is nothing where it asks for the same, or more', async () => {
    expect((await policyOf('whole-stage')).weaker).toEqual([]);
    expect((await own(whole(`title: M\n${gates}\n${ages}\n`))).weaker).toEqual([]);
    expect((await own(`title: M\n${gates}\n${ages}\n`)).weaker).toEqual(['what users say decides nothing']);
    const more = `title: M\n${gates}\nmaxAgeHours: { performance: 1, stability: 1, security: 1, uat: 1 }\nattempts: { atMost: 1 }\nobjectives: { throughput: { target: 5000 } }\napprovals: { atLeast: 3, roles: [{ role: security }] }\n`;
    expect((await own(whole(more))).weaker).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    [
      'a gate',
      `gates: [performance]\n${ages.replace(', stability: 168, security: 72', '')}`,
      /^not judged: security, functional, .* approval$/,
    ],
    [
      'an age',
      `${gates}\nmaxAgeHours: { performance: 169, stability: 168, security: 72 }`,
      /^evidence of performance 169 h old, not 168 h$/,
    ],
    [
      'the limit of an age',
      `${gates}\nmaxAgeHours: { performance: 168, stability: 168 }`,
      /^evidence of security of any age/,
    ],
    [
      'a target',
      `${gates}\n${ages}\nobjectives: { availability: { target: 99 } }`,
      /^availability \(at least 99 %, not at least 99.99 %\)$/,
    ],
    ['a veto', `${gates}\n${ages}\nobjectives: { availability: { key: false } }`, /^availability \(no longer key\)$/],
    ['more attempts', `${gates}\n${ages}\nattempts: { atMost: 9 }`, /^9 attempts, not 3$/],
    ['no reasons', `${gates}\n${ages}\nattempts: { reasons: false }`, /^failures need no reason$/],
    ['fewer who approve', `${gates}\n${ages}\napprovals: { atLeast: 1 }`, /^1 who approve, not 2$/],
    ['reviews', `${gates}\n${ages}\napprovals: { reviews: true }`, /^reviews at GitHub count/],
    ['two eyes', `${gates}\n${ages}\napprovals: { fourEyes: false }`, /^authors may approve/],
    ['old approvals', `${gates}\n${ages}\napprovals: { expireHours: 100 }`, /^approvals 100 h old, not 72 h$/],
    [
      'a shorter checklist',
      `${gates}\n${ages}\nreadiness: { stableHours: 1 }`,
      /^the checklist asks for 1 h stable, not 48 h$/,
    ],
    [
      'less availability',
      `${gates}\n${ages}\nreadiness: { availabilityPercent: 99 }`,
      /99 % availability, not 99.95 %/,
    ],
    [
      'shorter criteria',
      `${gates}\n${ages}\nreadiness: { criteriaStableHours: 1 }`,
      /success criteria’s stable time is 1 h/,
    ],
    ['more risk', `${gates}\n${ages}\nrisk: { atMost: 25 }`, /^risks up to 25, not 15$/],
    ['waivers', `${gates}\n${ages}\nwaivers: { file: waivers.yaml, persons: [ann] }`, /^waivers may be given$/],
    ['what its author says', `${gates}\n${ages}\nlimits: [no real users]`, /^no real users$/],
  ])('is named: %s', async (_, text, words) => {
    const { weaker } = await own(whole(`title: M\n${text}\n`));
    expect(weaker).toHaveLength(1);
    expect(weaker[0]).toMatch(words);
  });

  it('is named of the policy of ten minutes: time, two cores, WebKit, our own database of vulnerabilities', async () => {
    const { weaker } = await policyOf('ten-minutes');
    const all = weaker.join('; ');
    for (const name of [
      /stable-time/,
      /throughput/,
      /WebKit/,
      /our own database/,
      /checklist asks for/,
      /success criteria/,
    ])
      expect(all).toMatch(name);
  });
});

test('the digest of a policy is that of what it says, in whatever order, and of all of it', async () => {
  const first = (await own(`title: M\n${gates}\n${ages}\n`)).digest;
  expect((await own(`${ages}\n${gates}\ntitle: M\n`)).digest).toBe(first);
  expect((await own(`title: M\n${gates}\n${ages}\nrisk: { atMost: 14 }\n`)).digest).not.toBe(first);
  expect((await own(`title: M\nversion: 2\n${gates}\n${ages}\n`)).digest).not.toBe(first);
});
