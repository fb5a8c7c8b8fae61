import { describe, expect, it } from 'vitest';
import type { Bar } from '../../../src/domains/security/judge.ts';
import { merged } from '../../../src/domains/security/scans/alike.ts';
import { type ScanFacts, scanEvidence } from '../../../src/domains/security/scans/evidence.ts';
import { parseResult } from '../../../src/domains/security/scans/json.ts';
import { judgeScans } from '../../../src/domains/security/scans/judge.ts';
import { readResult } from '../../../src/domains/security/scans/read.ts';
import { readSbom } from '../../../src/domains/security/scans/sbom.ts';
import { digest, native, proven, sarif, sarifResult } from './results.ts';

const bar: Bar = { failAt: 'high', waivers: [], waiverDays: 180, today: '2026-11-29' };

function judged(
  scans: readonly ScanFacts[],
  over: { bar?: Partial<Bar>; candidate?: string[]; previousVersion?: string | null; asked?: string[] } = {},
) {
  const begun = {
    kind: 'begun' as const,
    bar: { ...bar, ...over.bar },
    scans: over.asked ?? scans.map(({ name }) => name),
    penetrationTest: false,
    candidate: over.candidate ?? [digest],
    previousVersion: over.previousVersion ?? null,
  };
  const pieces = [begun, ...scans].map((data) => ({
    atMs: 0,
    data: scanEvidence.parse(JSON.parse(JSON.stringify(data))),
  }));
  return judgeScans(pieces, true);
}
const first = (...given: Parameters<typeof judged>) => judged(...given).checks[0];
const finding = readResult(sarif({ results: [sarifResult()] }), 'x').findings[0] as ScanFacts['findings'][0];

describe('results of scanners', () => {
  it.each(Object.entries(native))(
    '%s: what was found, how much was looked at, what is suppressed',
    (tool, { clean, dirty, looked, rule, risk }) => {
      const nothing = readResult(clean, 'x');
      expect(nothing).toMatchObject({ tool, findings: [], problems: [] });
      expect(nothing.looked?.count ?? null).toBe(looked);
      const { findings, suppressed } = readResult(dirty, 'x');
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatchObject({ rule, risk });
      expect(suppressed).toBe(['Grype', 'Semgrep', 'Bandit', 'ZAP'].includes(tool) ? 1 : 0);
      expect(JSON.stringify(findings)).not.toContain('AKIAsecret');
    },
  );

  it('SARIF: kinds, levels, scores, suppressions and what is no longer there', () => {
    const read = (result: object, run: object = {}) =>
      readResult(sarif({ results: [sarifResult(result)], ...run }), 'x');
    expect(read({}).findings[0]).toMatchObject({ risk: 'high', certain: true, where: 'src/a.js:12', title: 'A rule' });
    expect(read({ level: 'note' }).findings[0]?.risk).toBe('low');
    expect(read({ level: 'none' }).findings[0]?.risk).toBe('info');
    expect(read({ ruleId: 'R9' }).findings[0]?.risk).toBe('medium');
    for (const kind of ['pass', 'notApplicable', 'informational']) expect(read({ kind }).findings).toEqual([]);
    for (const kind of ['open', 'review']) expect(read({ kind }).findings[0]?.certain).toBe(false);
    expect(read({ baselineState: 'absent' }).findings).toEqual([]);
    expect(read({ suppressions: [{ kind: 'inSource' }] })).toMatchObject({ findings: [], suppressed: 1 });
    expect(read({ suppressions: [] }).findings).toHaveLength(1);
    expect(read({ suppressions: [{ kind: 'external', status: 'underReview' }] }).findings).toHaveLength(1);
    expect(
      read({ suppressions: [{ kind: 'external', status: 'rejected' }, { kind: 'inSource' }] }).findings,
    ).toHaveLength(1);
    const rules = [{ id: 'R1', properties: { 'security-severity': '9.8' }, defaultConfiguration: { level: 'note' } }];
    expect(read({}, { tool: { driver: { name: 'Scanner', rules } } }).findings[0]?.risk).toBe('critical');
    expect(read({ ruleId: undefined, ruleIndex: 0 }).findings[0]).toMatchObject({ title: 'A rule', rule: 'R1' });
    expect(read({ ruleId: 'R1/sub/1' }).findings[0]).toMatchObject({ title: 'A rule', risk: 'high', rule: 'R1/sub/1' });
  });

  it('SARIF: texts, files, places in code and rules that it names by number', () => {
    const rules = [{ id: 'R1', messageStrings: { bad: { text: 'Bad {0} in {1}, {9}' } } }];
    const extensions = [{ name: 'more', rules: [{ id: 'E1', shortDescription: { text: 'Of an extension' } }] }];
    const read = (result: object, run: object = {}) =>
      readResult(
        sarif({ results: [sarifResult(result)], tool: { driver: { name: 'Scanner', rules }, extensions }, ...run }),
        'x',
      ).findings[0];
    expect(read({ message: { id: 'bad', arguments: ['line 3', 'a.js'] } })?.seen).toBe('Bad line 3 in a.js, {9}');
    expect(read({ message: { text: 'Was {0}', arguments: ['5'] } })?.seen).toBe('Was 5');
    const at = (place: object) => read({ locations: [place] })?.where;
    expect(at({ physicalLocation: { artifactLocation: { index: 1 }, region: { startLine: 3 } } })).toBe('src/b.js:3');
    expect(at({ logicalLocations: [{ fullyQualifiedName: 'shop.Basket.add' }] })).toBe('shop.Basket.add');
    expect(read({ locations: [], analysisTarget: { uri: 'shop.dll' } })?.where).toBe('shop.dll');
    expect(read({ locations: [] })?.where).toBe('no place');
    const rule = { index: 0, toolComponent: { index: 0 } };
    expect(read({ ruleId: undefined, rule })).toMatchObject({ rule: 'E1', title: 'Of an extension' });
    const told = (level: string) => ({
      executionSuccessful: true,
      ruleConfigurationOverrides: [{ descriptor: { index: 0 }, configuration: { level } }],
    });
    expect(read({}, { invocations: [told('error')] })?.risk).toBe('high');
    expect(read({}, { invocations: [told('error'), told('note')] })?.risk).toBe('medium');
    const second = { provenance: { invocationIndex: 1 } };
    expect(read(second, { invocations: [told('error'), told('note')] })?.risk).toBe('low');
  });

  it('a finding is known again when its line moves, and is another in another file', () => {
    const print = (result: object) =>
      readResult(sarif({ results: [sarifResult(result)] }), 'x').findings[0]?.fingerprint;
    const at = (uri: string, startLine: number) => ({
      locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine } } }],
    });
    expect(print({ ...at('src/a.js', 90), message: { text: 'Bad at line 90' } })).toBe(print({}));
    expect(print(at('src/b.js', 12))).not.toBe(print({}));
    const own = { partialFingerprints: { primaryLocationLineHash: 'abc:1' } };
    expect(print({ ...own, ...at('moved.js', 1) })).toBe(print(own));
  });

  it.each([
    ['no JSON', '{"runs": [', /not JSON, or it stops in the middle/],
    ['nothing', '  ', /it is empty/],
    ['something else', '{"a":1}', /neither SARIF nor JSON of/],
    ['a text', '"SARIF"', /neither SARIF nor JSON of/],
    ['null', 'null', /neither SARIF nor JSON of/],
    ['an old version', '{"version":"2.0.0","runs":[]}', /it is SARIF 2.0.0, not 2.1.0/],
    ['a version that is an object', '{"version":{},"runs":[],"$schema":"sarif"}', /it is SARIF of no version/],
    ['no run', '{"version":"2.1.0","runs":[]}', /it has no run/],
    ['runs of another type', '{"version":"2.1.0","runs":{"0":1}}', /its runs are no list/],
    ['a run that is null', '{"version":"2.1.0","runs":[null]}', /run 0 does not name its tool/],
    [
      'very deep',
      `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}}}]}`,
      /run 0 does not name its tool|not JSON/,
    ],
    [
      'too many results',
      `{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[${'{},'.repeat(50_001)}{}]}]}`,
      /more than 50000 results/,
    ],
  ])('hostile: %s gives one clear line', (_, text, message) => {
    const read = () => readResult(parseResult(text, 'scan.sarif'), 'scan.sarif');
    expect(read).toThrow(message);
    expect(read).toThrow(/^The result scan.sarif cannot be used: [^\n]{1,200}$/);
  });

  it('hostile: wrong types everywhere cost a field each, texts are cut, and nothing outside is opened', () => {
    const wild = {
      ruleId: 7,
      ruleIndex: 'x',
      kind: 3,
      level: [],
      message: 'm',
      locations: { 0: {} },
      suppressions: 'all',
      partialFingerprints: [1],
      fingerprints: { a: {} },
    };
    const read = readResult(
      sarif({
        results: [wild, null, 4, 'x', [], sarifResult({ message: { text: 'x'.repeat(1e6) } })],
        artifacts: 'many',
        invocations: [null, 5],
      }),
      'x',
    );
    expect(read.findings).toHaveLength(6);
    expect(read.looked).toBeNull();
    for (const one of read.findings) expect(JSON.stringify(one).length).toBeLessThan(2000);
    const outside = sarif({
      externalPropertyFileReferences: { results: [{ location: { uri: 'http://127.0.0.1:1/x' } }] },
      results: null,
    });
    expect(readResult(outside, 'x').problems).toEqual([
      'it keeps a part in other files, which are not read',
      'Scanner has no results: it did not end',
    ]);
  });

  it('lists of parts: CycloneDX with parts within parts, SPDX without what it describes', () => {
    let inner: object = { name: 'deepest' };
    for (let i = 0; i < 20_000; i++) inner = { components: [inner] };
    expect(
      readSbom(
        {
          bomFormat: 'CycloneDX',
          specVersion: '1.6',
          components: [inner, { name: 'other' }, {}],
          metadata: { component: { version: digest } },
        },
        'x',
      ),
    ).toEqual({ format: 'CycloneDX 1.6', packages: 2, digests: [digest] });
    const packages = [
      { SPDXID: 'a', checksums: [{ algorithm: 'SHA256', checksumValue: 'a'.repeat(64) }] },
      { SPDXID: 'b', name: 'b' },
      {},
    ];
    expect(readSbom({ spdxVersion: 'SPDX-2.3', packages, documentDescribes: ['a'] }, 'x')).toEqual({
      format: 'SPDX-2.3',
      packages: 1,
      digests: [digest],
    });
    const by = (relationshipType: string, spdxElementId: string, relatedSpdxElement: string) => ({
      ...{ relationshipType, spdxElementId, relatedSpdxElement },
    });
    const two = [
      { SPDXID: 'a', name: 'a' },
      { SPDXID: 'b', name: 'b' },
    ];
    const parts = (...relationships: object[]) =>
      readSbom({ spdxVersion: 'SPDX-2.3', packages: two, relationships }, 'x').packages;
    expect(parts(by('DESCRIBED_BY', 'a', 'SPDXRef-DOCUMENT'))).toBe(1);
    // One that is about all of them has no other.
    expect(parts(by('DESCRIBES', 'SPDXRef-DOCUMENT', 'a'), by('DESCRIBES', 'SPDXRef-DOCUMENT', 'b'))).toBe(2);
    const graph = [
      { type: 'SpdxDocument', spdxId: 'd', rootElement: ['l'] },
      { type: 'software_Sbom', spdxId: 'l', rootElement: ['a'] },
      {
        ...{ type: 'software_Package', spdxId: 'a', name: 'a' },
        verifiedUsing: [{ type: 'Hash', algorithm: 'sha256', hashValue: 'a'.repeat(64) }],
      },
      { type: 'software_Package', spdxId: 'b', name: 'b' },
      { type: 'software_File', spdxId: 'f', name: 'f' },
    ];
    const context = 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld';
    expect(readSbom({ '@context': context, '@graph': graph }, 'x')).toEqual({
      format: 'SPDX-3.0.1',
      packages: 1,
      digests: [digest],
    });
    expect(() => readSbom({ components: [] }, 'x')).toThrow(/neither CycloneDX nor SPDX/);
  });
});

describe('a clean result proves that it looked', () => {
  it('passes when everything is shown', () => {
    expect(first([proven])).toMatchObject({
      verdict: 'pass',
      reason: 'Nothing was found. Looked at: 12 packages by osv-scanner 2.',
    });
  });

  it.each<[string, Partial<ScanFacts>, RegExp]>([
    ['it did not run', { failed: 'osv ended with 127' }, /^osv ended with 127$/],
    ['an error of the scanner', { problems: ['Scanner reports 1 errors: x'] }, /reports 1 errors/],
    ['results that are null', { problems: ['Scanner has no results: it did not end'] }, /has no results/],
    ['it looked at nothing', { looked: { count: 0, unit: 'files' } }, /it looked at 0 files/],
    ['it does not say at how much', { looked: null }, /does not say how much/],
    ['another digest', { digests: [`sha256:${'b'.repeat(64)}`], stated: [] }, /it is of another digest/],
    ['no digest', { digests: [], stated: [] }, /which digest/],
    ['an old database', { databaseAgeMs: 9 * 86_400_000 }, /9 days old, more than 7/],
    ['a database of the future', { databaseAgeMs: -9 * 86_400_000 }, /in the future/],
    ['a database of unknown age', { databaseAgeMs: null }, /age of its database is not known/],
    ['no control', { control: null }, /no control/],
    [
      'a control that finds nothing',
      { control: { expects: 'CVE-1', found: false, problem: null } },
      /CVE-1, which is planted, was not found/,
    ],
    [
      'a control by another database',
      { control: { expects: 'CVE-1', found: false, problem: 'it was made with another database' } },
      /another database/,
    ],
  ])('%s: inconclusive', (_, facts, reason) => {
    const result = judged([{ ...proven, ...facts }]);
    expect(result.checks[0]?.verdict).toBe('inconclusive');
    expect(result.checks[0]?.reason).toMatch(reason);
    expect(result.coverage?.[0]).toMatchObject({ covered: 0, total: 1 });
  });

  it('a scan that was asked for and is not in the evidence is inconclusive, as is a candidate without a digest', () => {
    expect(judged([proven], { asked: ['osv', 'semgrep'] }).checks[1]).toMatchObject({
      verdict: 'inconclusive',
      reason: 'It did not run.',
    });
    expect(first([proven], { candidate: [] })?.verdict).toBe('inconclusive');
  });

  it('what was found fails, proved or not, but not what was found in another digest', () => {
    expect(first([{ ...proven, findings: [finding] }])?.verdict).toBe('fail');
    expect(first([{ ...proven, findings: [finding], control: null }])?.verdict).toBe('fail');
    expect(first([{ ...proven, findings: [finding], digests: ['sha256:b'] }])?.verdict).toBe('inconclusive');
    expect(first([{ ...proven, findings: [{ ...finding, certain: false }] }])).toMatchObject({
      verdict: 'inconclusive',
    });
    expect(first([{ ...proven, findings: [{ ...finding, risk: 'medium' }] }])?.verdict).toBe('pass');
  });

  it('waivers: by fingerprint, until their day, for no longer than the cap; an unused one is named', () => {
    const waiver = (over: object) => [
      { fingerprint: finding.fingerprint, owner: 'Ada', reason: 'not reachable', expires: '2026-12-31', ...over },
    ];
    const found = [{ ...proven, findings: [finding] }];
    expect(first(found, { bar: { waivers: waiver({}) } })).toMatchObject({
      verdict: 'pass',
      reason: expect.stringMatching(/1 waived/),
    });
    expect(first(found, { bar: { waivers: waiver({ expires: '2026-11-29' }) } })?.verdict).toBe('pass');
    expect(first(found, { bar: { waivers: waiver({ expires: '2026-11-28' }) } })).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/expired on 2026-11-28/),
    });
    expect(first(found, { bar: { waivers: waiver({ expires: '2029-01-01' }) } })).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/more than 180/),
    });
    expect(judged([proven], { bar: { waivers: waiver({}) } }).coverage?.[0]?.gaps.join()).toMatch(
      /waiver of Ada for \w+ covers nothing/,
    );
  });

  it('regressions: what is new fails, by fingerprint; another scanner or database is not compared', () => {
    const medium = { ...finding, risk: 'medium' as const };
    const against = (fingerprints: string[], problem: string | null = null) =>
      judged([{ ...proven, findings: [medium], previous: { fingerprints, problem } }]).checks.at(-1);
    expect(against([medium.fingerprint])?.verdict).toBe('pass');
    expect(against(['other'])).toMatchObject({ id: 'security-regression', verdict: 'fail' });
    expect(against([], 'it was made with another database')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/another database/),
    });
    // Neither what is in another digest, nor what a scan that looked at nothing did not find, says what is new.
    const previous = { fingerprints: ['other'], problem: null };
    for (const [facts, reason] of [
      [{ digests: [`sha256:${'b'.repeat(64)}`], stated: [], findings: [medium] }, /another digest/],
      [{ looked: { count: 0, unit: 'files' } }, /looked at 0 files/],
    ] as [Partial<ScanFacts>, RegExp][])
      expect(judged([{ ...proven, ...facts, previous }]).checks.at(-1)).toMatchObject({
        ...{ id: 'security-regression', verdict: 'inconclusive', reason: expect.stringMatching(reason) },
      });
    expect(judged([proven], { previousVersion: '1.9' }).checks.at(-1)).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/No result of 1.9/),
    });
    expect(judged([proven]).coverage?.[0]?.gaps.join()).toMatch(/no previous version is named/);
  });

  it('the same weakness of a package is one finding, whoever names it', () => {
    const all = [native['osv-scanner'], native.Grype, native.Trivy].flatMap(
      ({ dirty }) => readResult(dirty, 'x').findings,
    );
    expect(merged(all)).toMatchObject([
      { rule: 'CVE-2019-10744', risk: 'critical', sources: ['Grype', 'Trivy', 'osv-scanner'] },
    ]);
  });
});
