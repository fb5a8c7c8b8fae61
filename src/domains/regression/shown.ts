import { grouped } from '../../gate/words.ts';
import { plural } from '../../report-kit/format.ts';
import type { Coverage } from '../part.ts';
import type { JudgedField } from './compare/findings.ts';
import { headersLeftOut } from './compare/headers.ts';
import type { Differences } from './differences.ts';
import type { ArmsEvidence, ComparedEvidence } from './evidence.ts';
import { shownRow } from './words.ts';

const rowsAtMost = 40;

export function figuresOf(
  arms: ArmsEvidence,
  compared: ComparedEvidence,
  judged: readonly JudgedField[],
  { undeclared, declared }: Differences,
) {
  const [current, , candidate] = arms.arms;
  return [
    { name: 'Versions', value: `${current?.version} twice, ${candidate?.version}` },
    { name: 'Requests to each', value: grouped(compared.requests) },
    { name: 'Sessions', value: grouped(compared.sessions) },
    { name: 'Routes', value: grouped(new Set(compared.same.map(({ route }) => route)).size) },
    { name: 'Differences', value: `${undeclared.length} not declared, ${declared.length} declared` },
    {
      name: 'Noisy fields that were judged',
      value: grouped(judged.filter(({ standing, field }) => standing === 'noise' && field.route !== '*').length),
    },
  ];
}

export function tablesOf(
  { undeclared, declared, open }: Differences,
  judged: readonly JudgedField[],
  times: string[][],
) {
  const head = ['Field', 'Route', 'Current version', 'Candidate', 'A–B differ', 'A–A differ', 'p'];
  const noisy = judged.filter(({ standing, field }) => standing === 'noise' && field.route !== '*');
  return [
    { title: 'Differences that nobody declared', head, rows: undeclared.map(shownRow), figures: 3 },
    {
      title: 'Differences that are meant',
      head: [...head.slice(0, 6), 'Reason'],
      rows: declared.map((one) => [
        ...shownRow(one).slice(0, 6),
        `${one.declared?.reason ?? ''} (until ${one.declared?.expires ?? ''})`,
      ]),
      figures: 0,
    },
    { title: 'Cannot judge: in too few sessions', head, rows: open.map(shownRow), figures: 3 },
    {
      title: 'Fields that differ by chance, and no more in the candidate',
      head: ['Field', 'Route', 'A–B differ', 'A–A differ', 'p', 'A change is found if it shows in'],
      rows: noisy
        .slice(0, rowsAtMost)
        .map(({ field, p, detectable }) => [
          field.path,
          field.route,
          `${field.raw} of ${field.requests}`,
          `${field.noise} of ${field.requests}`,
          p.toFixed(3),
          detectable === null ? 'no share' : `${Math.ceil(100 * detectable)} % of sessions`,
        ]),
      figures: 4,
    },
    {
      title: 'Response times',
      head: ['Requests', 'Number', 'Change', '95 % interval', 'Current version against itself'],
      rows: times,
      figures: 4,
    },
  ];
}

export function coverageOf(
  arms: ArmsEvidence,
  compared: ComparedEvidence,
  judged: readonly JudgedField[],
  timed: number,
): Coverage[] {
  const seen = new Set(
    [...compared.same, ...compared.fields].map(({ route }) => route).filter((route) => route !== '*'),
  );
  const never = judged.filter(
    ({ standing, field }) => standing === 'never alike' && field.route !== '*' && field.aspect === 'value',
  );
  const names = new Map<string, string[]>();
  for (const { field } of never) names.set(field.path, [...(names.get(field.path) ?? []), field.route]);
  return [
    {
      of: 'routes',
      covered: seen.size,
      total: seen.size + arms.routesLeftOut.length,
      gaps: [
        ...arms.routesLeftOut.map((route) => `${route}: no chosen session has it.`),
        ...arms.leftOut.map(
          ({ reason, requests }) => `${plural(requests, 'request')} of the recording not sent: ${reason}.`,
        ),
        ...compared.cut.map(
          ({ route, why, answers }) => `${route}: ${plural(answers, 'answer')} in part only, as ${why}.`,
        ),
        `Headers that are not compared: ${headersLeftOut.join(', ')}.`,
        ...(timed === 0 ? ['Response times: too few requests.'] : []),
      ],
    },
    {
      of: 'fields',
      covered: compared.same.reduce((sum, one) => sum + one.fields, 0) + judged.length - never.length,
      total: compared.same.reduce((sum, one) => sum + one.fields, 0) + judged.length + compared.fieldsLeftOut,
      gaps: [...names].map(
        ([path, routes]) =>
          `${path} of ${routes[0]}${routes.length === 1 ? '' : ` and ${plural(routes.length - 1, 'more route')}`}: no two answers share a value, so only its form, its size and whether ids come back are judged.`,
      ),
    },
  ];
}
