import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/domains/security/finding.ts';
import type { Bar } from '../../../src/domains/security/judge.ts';
import { merged } from '../../../src/domains/security/scans/alike.ts';
import { type ScanFacts, scanEvidence } from '../../../src/domains/security/scans/evidence.ts';
import { judgeScans } from '../../../src/domains/security/scans/judge.ts';
import { readResult } from '../../../src/domains/security/scans/read.ts';
import { digest, native, proven, sarif, sarifResult } from './results.ts';

const of = (value: unknown): Finding[] => [...readResult(value, 'x').findings];

/** SARIF as these scanners write it of one weakness of lodash: rule and message. */
const asSarif = (name: string, ruleId: string, text: string, rule: object = {}) =>
  of(
    sarif({
      tool: { driver: { name, rules: [{ id: ruleId, ...rule }] } },
      results: [sarifResult({ ruleId, message: { text }, level: 'error' })],
    }),
  );
const grype = asSarif(
  'Grype',
  'GHSA-jf85-cpcp-j695-lodash',
  'A critical vulnerability in npm package: lodash, version 4.17.4 was found at: /package-lock.json',
);
const trivy = asSarif(
  'Trivy',
  'CVE-2019-10744',
  'Package: lodash\nInstalled Version: 4.17.4\nVulnerability CVE-2019-10744\nSeverity: CRITICAL\nFixed Version: 4.17.12',
);
const osv = asSarif(
  'osv-scanner',
  'CVE-2019-10744',
  "Package 'lodash@4.17.4' is vulnerable to 'CVE-2019-10744' (also known as 'GHSA-jf85-cpcp-j695').",
);
const npm = of(native['npm audit'].dirty);

describe('the same weakness of a package', () => {
  it('is one finding, whatever format and name each scanner has for it', () => {
    const all = merged([...npm, ...grype, ...trivy, ...osv, ...of(native.Grype.dirty)]);
    expect(all).toHaveLength(1);
    expect(all[0]?.sources).toEqual(['Grype', 'Trivy', 'npm audit', 'osv-scanner']);
  });
  it('is joined by one that knows both of its names, in whatever order they come', () => {
    const both = [...osv, ...npm, ...trivy];
    for (const order of [both, both.toReversed(), [...npm, ...trivy, ...osv]]) expect(merged(order)).toHaveLength(1);
    // Nobody says that they are the same.
    expect(merged([...npm, ...trivy])).toHaveLength(2);
  });
  it('of another package is another', () => {
    const other = asSarif('Trivy', 'CVE-2019-10744', 'Package: lodash.template\nInstalled Version: 4.4.0');
    expect(merged([...trivy, ...other])).toHaveLength(2);
  });
  it('is known by a package URL where the message does not name it', () => {
    const rule = { properties: { purls: ['pkg:npm/%40scope/lodash@4.17.4'] } };
    const [found] = asSarif('Grype', 'CVE-2019-10744', 'Something is wrong.', rule);
    expect(found?.same).toEqual(['package @scope/lodash CVE-2019-10744']);
  });
});

describe('the same place in code', () => {
  const semgrep = (rule: string, cwe: unknown, line = 12) =>
    of({
      ...{ version: '1.0', errors: [], paths: { scanned: ['src/a.js'] } },
      results: [
        {
          ...{ check_id: rule, path: 'src/a.js', start: { line } },
          extra: { message: `about ${rule}`, severity: 'ERROR', metadata: { cwe } },
        },
      ],
    });
  const codeql = (tag: string) =>
    of(
      sarif({
        tool: { driver: { name: 'CodeQL', rules: [{ id: 'js/x', properties: { tags: ['security', tag] } }] } },
        results: [sarifResult({ ruleId: 'js/x', level: 'error' })],
      }),
    );
  it('is one finding where two scanners say that it is weak in the same way', () => {
    const all = merged([...semgrep('eval', ['CWE-95: Eval Injection']), ...codeql('external/cwe/cwe-095')]);
    expect(all).toMatchObject([{ sources: ['CodeQL', 'Semgrep'] }]);
  });
  it.each([
    ['another weakness', semgrep('eval', 'CWE-79'), codeql('external/cwe/cwe-095')],
    ['another line', semgrep('eval', 'CWE-95', 13), codeql('external/cwe/cwe-095')],
    ['nobody says which weakness', semgrep('eval', undefined), codeql('security')],
    ['one scanner says two things of it', semgrep('eval', 'CWE-95'), semgrep('new-function', 'CWE-95')],
  ])('is two where it is %s', (_, a, b) => {
    expect(merged([...a, ...b])).toHaveLength(2);
  });
});

describe('a waiver', () => {
  const bar = (fingerprint: string): Bar => ({
    ...{ failAt: 'high', waiverDays: 180, today: '2026-11-29' },
    waivers: [{ fingerprint, owner: 'Ada', reason: 'the function is not called', expires: '2027-01-31' }],
  });
  const judged = (scans: ScanFacts[], waived: string) =>
    judgeScans(
      [
        {
          ...{ kind: 'begun' as const, bar: bar(waived), scans: scans.map(({ name }) => name), penetrationTest: false },
          ...{ candidate: [digest], previousVersion: null },
        },
        ...scans,
      ].map((data) => ({ atMs: 0, data: scanEvidence.parse(JSON.parse(JSON.stringify(data))) })),
      true,
    );
  it('for the finding of one scanner covers the same one of another, and is not said to cover nothing', () => {
    const scans = [
      { ...proven, name: 'npm', findings: npm },
      { ...proven, name: 'osv', findings: osv },
    ];
    for (const [one] of [npm, osv]) {
      const { checks, coverage, figures } = judged(scans, one?.fingerprint ?? '');
      expect(checks.slice(0, 2).map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
      expect(coverage?.[0]?.gaps.join()).not.toMatch(/covers nothing/);
      expect(figures.find(({ name }) => name === 'Waived')?.value).toBe('1');
    }
    expect(judged(scans, '0123456789abcdef').checks[0]?.verdict).toBe('fail');
  });
  it('is no waiver for what nobody says is the same', () => {
    const scans = [
      { ...proven, name: 'npm', findings: npm },
      { ...proven, name: 'trivy', findings: trivy },
    ];
    const verdicts = judged(scans, npm[0]?.fingerprint ?? '').checks.slice(0, 2);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);
  });
});
