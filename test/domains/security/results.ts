import type { ScanFacts } from '../../../src/domains/security/scans/evidence.ts';

/** Results of scanners, as each of them writes one, with one finding and with none. */
export const digest = `sha256:${'a'.repeat(64)}`;

export const sarif = (run: object, more: object = {}) => ({
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'Scanner',
          version: '1.0',
          rules: [{ id: 'R1', shortDescription: { text: 'A rule' }, defaultConfiguration: { level: 'error' } }],
        },
      },
      artifacts: ['src/a.js', 'src/b.js'].map((uri) => ({ location: { uri } })),
      results: [],
      ...run,
    },
  ],
  ...more,
});
export const sarifResult = (more: object = {}) => ({
  ruleId: 'R1',
  message: { text: 'Bad at line 12' },
  locations: [{ physicalLocation: { artifactLocation: { uri: 'src/a.js' }, region: { startLine: 12 } } }],
  ...more,
});

const npm = (vulnerabilities: object, total: number) => ({
  auditReportVersion: 2,
  vulnerabilities,
  metadata: { dependencies: { total } },
});
const lodash = {
  name: 'lodash',
  severity: 'critical',
  via: [
    {
      source: 1,
      name: 'lodash',
      title: 'Prototype pollution',
      url: 'https://github.com/advisories/GHSA-jf85-cpcp-j695',
      severity: 'critical',
      range: '<4.17.12',
    },
    'other',
  ],
};

export const native = {
  'npm audit': {
    clean: npm({}, 12),
    dirty: npm({ lodash }, 12),
    looked: 12,
    rule: 'GHSA-jf85-cpcp-j695',
    risk: 'critical',
  },
  'osv-scanner': {
    clean: {
      results: [
        {
          source: { path: 'package-lock.json' },
          packages: [{ package: { name: 'a', version: '1' } }, { package: { name: 'b', version: '1' } }],
        },
      ],
      experimental_config: {},
    },
    dirty: {
      results: [
        {
          source: {},
          packages: [
            { package: { name: 'a', version: '1' } },
            {
              package: { name: 'lodash', version: '4.17.4' },
              vulnerabilities: [{ id: 'GHSA-x', aliases: ['CVE-2019-10744'], summary: 'Pollution' }],
              groups: [{ ids: ['GHSA-x'], max_severity: '9.1' }],
            },
          ],
        },
      ],
    },
    ...{ looked: 2, rule: 'CVE-2019-10744', risk: 'critical' },
  },
  Grype: {
    clean: {
      matches: [],
      descriptor: { name: 'grype', version: '0.121.2', db: { status: { built: '2026-11-20T00:00:00Z', valid: true } } },
      source: { target: { manifestDigest: digest } },
    },
    dirty: {
      matches: [
        {
          vulnerability: { id: 'GHSA-x', severity: 'High', fix: { versions: ['4.17.12'] } },
          relatedVulnerabilities: [{ id: 'CVE-2019-10744' }],
          artifact: { name: 'lodash', version: '4.17.4' },
        },
      ],
      ignoredMatches: [{}],
      descriptor: { version: '0.121.2' },
    },
    ...{ looked: null, rule: 'CVE-2019-10744', risk: 'high' },
  },
  Trivy: {
    clean: {
      SchemaVersion: 2,
      ArtifactName: '.',
      Results: [{ Target: 'package-lock.json', Packages: [{ Name: 'a' }, { Name: 'b' }, { Name: 'c' }] }],
    },
    dirty: {
      SchemaVersion: 2,
      ArtifactName: '.',
      Results: [
        {
          Target: 'x',
          Packages: [{}],
          Vulnerabilities: [
            {
              VulnerabilityID: 'CVE-2019-10744',
              PkgName: 'lodash',
              InstalledVersion: '4.17.4',
              FixedVersion: '4.17.12, 5',
              Severity: 'CRITICAL',
              Title: 'Pollution',
            },
          ],
        },
      ],
    },
    ...{ looked: 3, rule: 'CVE-2019-10744', risk: 'critical' },
  },
  Semgrep: {
    clean: { version: '1.100.0', results: [], errors: [], paths: { scanned: ['a.js', 'b.js'] } },
    dirty: {
      version: '1.100.0',
      results: [
        {
          check_id: 'eval',
          path: 'a.js',
          start: { line: 3 },
          extra: { message: 'eval of input', severity: 'ERROR', fingerprint: 'requires login', metadata: {} },
        },
        { check_id: 'eval', path: 'b.js', start: { line: 1 }, extra: { is_ignored: true } },
      ],
      errors: [],
      paths: { scanned: ['a.js'] },
    },
    ...{ looked: 2, rule: 'eval', risk: 'high' },
  },
  gitleaks: {
    clean: [],
    dirty: [
      {
        RuleID: 'aws-key',
        Description: 'AWS key',
        File: 'a.js',
        StartLine: 3,
        Secret: 'AKIAsecret',
        Match: 'AKIAsecret',
        Fingerprint: 'c:a.js:aws-key:3',
        Commit: 'c',
      },
    ],
    looked: null,
    rule: 'aws-key',
    risk: 'critical',
  },
  Bandit: {
    clean: {
      errors: [],
      generated_at: '2026-11-29T00:00:00Z',
      metrics: { _totals: { loc: 9, nosec: 0 }, 'a.py': { loc: 9 } },
      results: [],
    },
    dirty: {
      errors: [],
      generated_at: '2026-11-29T00:00:00Z',
      metrics: { _totals: { nosec: 1 }, 'a.py': {} },
      results: [
        {
          test_id: 'B602',
          issue_severity: 'HIGH',
          issue_confidence: 'HIGH',
          issue_text: 'shell=True',
          filename: 'a.py',
          line_number: 4,
        },
      ],
    },
    ...{ looked: 1, rule: 'B602', risk: 'high' },
  },
  ZAP: {
    clean: { '@version': '2.16.0', site: [{ '@name': 'https://shop.example', alerts: [] }] },
    dirty: {
      '@version': '2.16.0',
      site: [
        {
          '@name': 'https://shop.example',
          '@host': 'shop.example',
          alerts: [
            {
              pluginid: '40018',
              alert: 'SQL Injection',
              riskcode: '3',
              confidence: '2',
              instances: [{ uri: 'https://shop.example/search?q=1', method: 'GET', evidence: 'x' }],
              solution: '<p>Use parameters.</p>',
            },
            { pluginid: '1', riskcode: '3', confidence: '0' },
          ],
        },
      ],
    },
    ...{ looked: 1, rule: '40018', risk: 'high' },
  },
} as const;

/** A clean result that has proved that it looked. */
export const proven: ScanFacts = {
  ...{
    kind: 'scan',
    name: 'osv',
    failed: null,
    tool: 'osv-scanner',
    version: '2',
    format: 'osv-scanner',
    findings: [],
    more: 0,
    suppressed: 0,
  },
  ...{
    looked: { count: 12, unit: 'packages' },
    problems: [],
    digests: [digest],
    stated: [{ by: 'the result', digests: [digest] }],
    databaseAgeMs: 86_400_000,
    maxDatabaseAgeMs: 7 * 86_400_000,
  },
  ...{ control: { expects: 'CVE-2019-10744', found: true, problem: null }, previous: null },
};
