import { sentence } from '../../gate/words.ts';
import type { Results } from '../../model/results.ts';
import { wordOf } from '../../report-kit/verdict.ts';
import type { Reporting } from '../domain.ts';
import type { PartDomain } from '../part-declaration.ts';
import { partPages } from '../part-pages.ts';
import type { PartsSection } from '../part-section.ts';
import { gateHead, gateTableTitle } from './gate-table.ts';

/** Security → Performance → Functional → Stability → Approval, then what the stage asks for beside them. */
const order = [
  ...['security', 'performance', 'functional', 'stability', 'approval', 'parity', 'rehearsal', 'monitoring', 'uat'],
  ...['scalability', 'resilience', 'integrity', 'compliance', 'data', 'candidate', 'readiness'],
];

/** The Production Readiness Report: verdict, gates, what was not tested, then every part. */
export function readinessReporting(about: PartDomain): Reporting {
  const { pages = [], blocks = [], ...more } = partPages(about);
  const [page] = pages;
  if (page === undefined) return { pages, blocks, ...more };
  const report = { ...page, link: 'Readiness report', kind: 'production readiness report of' };
  return {
    ...more,
    pages: [{ ...report, verdict: verdictOf }],
    blocks: [
      {
        ...{ page: page.file, place: 'lead', template: new URL('./gates.hbs', import.meta.url) },
        view: gatesView,
      },
      ...blocks,
    ],
  };
}

/** That of the run, for the report is about all of it. */
function verdictOf({ verdict, word, sentence }: Results) {
  return { verdict, word, of: 'Production readiness', sentence };
}

function gatesView(results: Results): object | null {
  const section = results.sections.readiness;
  if (section === undefined) return null;
  const { policy, gates, objectives } = results;
  const facts = rowsOf(section);
  const all = [...new Set([...(policy?.gates ?? []), ...gates.map(({ id }) => id)])];
  const isAsked = (id: string) => policy?.gates.includes(id) ?? true;
  const place = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
  const rowOf = (id: string) => {
    const gate = gates.find((one) => one.id === id);
    const verdict = gate?.verdict ?? 'not run';
    const [, required = '', found = '', evidence = '', age = ''] = facts.get(id) ?? [];
    const open = objectives.find(({ objective, verdict: of }) => objective.gate === id && of !== 'pass');
    return {
      ...{ title: gate?.title ?? sentence(id), verdict, word: wordOf(verdict), required, evidence, age },
      found: found === '' ? (gate?.summary ?? 'not judged') : found,
      change: changeOf(verdict, open?.reason, isAsked(id)),
    };
  };
  return {
    policy:
      policy === null
        ? null
        : {
            title: policy.title,
            version: policy.version === undefined ? '' : String(policy.version),
            digest: policy.digest ?? '',
            weaker: policy.weaker ?? [],
          },
    parts: [
      { title: '', ids: all.filter(isAsked) },
      { title: 'Not part of the policy', ids: all.filter((id) => !isAsked(id)) },
    ]
      .filter(({ title, ids }) => title === '' || ids.length > 0)
      .map(({ title, ids }) => ({ title, rows: ids.sort((a, b) => place(a) - place(b)).map(rowOf) })),
  };
}

function rowsOf(section: PartsSection): Map<string, readonly string[]> {
  const table = section.parts.find(({ id }) => id === 'gates')?.tables?.find(({ title }) => title === gateTableTitle);
  const rows = (table?.rows ?? []).filter((row) => row.length === gateHead.length);
  return new Map(rows.map((row) => [row[0] ?? '', row]));
}

function changeOf(verdict: string, reason: string | undefined, isAsked: boolean): string {
  const only = isAsked ? '' : ' The policy does not name it, so it decides nothing.';
  if (verdict === 'pass') return `A newer run that does not pass, or evidence that is too old.${only}`;
  if (verdict === 'not run') return `A run that judges it.${only}`;
  return `${verdict === 'fail' ? 'A newer run that passes, where this is mended' : 'What is inconclusive here'}: ${reason ?? 'not known.'}${only}`;
}
