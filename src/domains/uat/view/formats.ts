import { accessibilityKinds, type CheckTotal, type FindingGroup } from '../../../model/finding.ts';
import type { Results } from '../../../model/results.ts';

const isReported = ({ kind }: FindingGroup) =>
  accessibilityKinds.includes(kind) || kind === 'review' || kind === 'practice';

/** What other programs read of a run of scenarios alone, by file name. */
export function formatsOf(results: Results): Readonly<Record<string, string>> {
  const acceptance = results.sections.uat?.acceptance;
  if (acceptance === undefined) return {};
  const findings = acceptance.findings.filter(isReported);
  const passed = acceptance.checks.flatMap((check) => check.passed ?? []);
  const text = (value: unknown) => `${JSON.stringify(value, null, 1)}\n`;
  return {
    'accessibility.sarif': text(sarifReport(results, findings)),
    'accessibility.earl.jsonld': text(earlReport(results, findings, passed)),
  };
}

/** SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/): what code scanning shows. */
function sarifReport({ candidate }: Results, found: readonly FindingGroup[]): unknown {
  const rules = [...new Map(found.map((group) => [group.rule, group])).values()];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'shakedown',
            rules: rules.map(({ rule, what, help, criteria }) => ({
              id: rule,
              shortDescription: { text: what },
              ...(help === null ? {} : { helpUri: help }),
              properties: { tags: criteria },
            })),
          },
        },
        automationDetails: { id: `uat/${candidate.name}/${candidate.version}` },
        results: found.map(({ rule, kind, what, element, pages, snippet, waiver, count, seenIn }) => ({
          ruleId: rule,
          level: kind === 'review' || kind === 'practice' ? 'note' : 'error',
          kind: kind === 'review' ? 'review' : 'fail',
          message: { text: element === null ? what : `${what}: ${element}` },
          locations: pages.map((page) => ({
            physicalLocation: {
              artifactLocation: { uri: page.replace(/^\//, '') || 'index' },
              ...(snippet === null ? {} : { region: { startLine: 1, snippet: { text: snippet } } }),
            },
            ...(element === null ? {} : { logicalLocations: [{ fullyQualifiedName: element, kind: 'element' }] }),
          })),
          ...(waiver === null
            ? {}
            : {
                suppressions: [
                  { kind: 'external', justification: `${waiver.owner}, until ${waiver.expires}: ${waiver.reason}` },
                ],
              }),
          properties: { count, seenIn },
        })),
      },
    ],
  };
}

/** EARL 1.0 (https://www.w3.org/TR/EARL10-Schema/) as JSON-LD: what other accessibility tools read. */
function earlReport(
  { run, environment }: Results,
  found: readonly FindingGroup[],
  passed: NonNullable<CheckTotal['passed']>,
): unknown {
  const assertor = { '@id': '_:shakedown', '@type': 'earl:Software', 'dct:title': 'shakedown, with axe-core' };
  const about = (page: string) => ({
    '@type': 'earl:Assertion',
    'earl:assertedBy': assertor,
    'earl:mode': { '@id': 'earl:automatic' },
    'earl:subject': { '@type': 'earl:TestSubject', 'dct:source': page, 'dct:isPartOf': environment.targetUrl },
  });
  const isFound = (rule: string, page: string) =>
    found.some((group) => group.rule === rule && group.pages.includes(page));
  const passes = passed.flatMap(({ rule, pages }) =>
    pages
      .filter((page) => !isFound(rule, page))
      .map((page) => ({
        ...about(page),
        'earl:test': { '@type': 'earl:TestRequirement', 'dct:title': rule },
        'earl:result': {
          '@type': 'earl:TestResult',
          'earl:outcome': { '@id': 'earl:passed' },
          'dct:date': run.startedAt,
        },
      })),
  );
  const failures = found.flatMap((group) =>
    group.pages.map((page) => ({
      ...about(page),
      'earl:test': {
        '@type': 'earl:TestRequirement',
        'dct:title': group.rule,
        ...(group.help === null ? {} : { '@id': group.help }),
        'dct:isPartOf': group.criteria,
      },
      'earl:result': {
        '@type': 'earl:TestResult',
        'earl:outcome': { '@id': group.kind === 'review' ? 'earl:cantTell' : 'earl:failed' },
        'dct:description': group.what,
        'dct:date': run.startedAt,
        ...(group.element === null
          ? {}
          : { 'earl:pointer': { '@type': 'ptr:CSSSelectorPointer', 'ptr:expression': group.element } }),
      },
    })),
  );
  return {
    '@context': {
      earl: 'http://www.w3.org/ns/earl#',
      dct: 'http://purl.org/dc/terms/',
      ptr: 'http://www.w3.org/2009/pointers#',
    },
    '@graph': [...failures, ...passes],
  };
}
