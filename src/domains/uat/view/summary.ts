import type { UatResults } from '../../../model/uat.ts';
import { xmlText as escaped, markdownText as plain, withinSize } from '../../../report-kit/markup.ts';
import { shortened } from '../../../report-kit/text.ts';

const signs: Record<string, string> = { pass: '✅', fail: '🛑', inconclusive: '🔶' };

/** `summary.md` of a run of scenarios, for a CI job or a promotion request. @param results already readable */
export function uatSummary({ verdict, word, candidate, sentence, missing, uat }: UatResults): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [
    row(['Criterion', 'Verdict', 'Observed', 'Wanted']),
    row(['---', '---', '---', '---']),
    ...uat.criteria.map((each) =>
      row([plain(each.title), `${signs[each.verdict]} ${each.verdict}`, plain(each.observed), plain(each.wanted)]),
    ),
  ];
  const failed = uat.scenarios.flatMap(({ info, cells }) =>
    cells
      .filter(({ outcome }) => outcome === 'failed' || outcome === 'flaky')
      .map(
        (cell) =>
          `- ${plain(`${info.id} ${info.title}`)}: ${cell.outcome} in ${cell.browser}, ${cell.size}${cell.error?.step == null ? '' : `, at ${plain(cell.error.step)}`}`,
      ),
  );
  const found = uat.findings
    .filter(({ waiver, kind }) => waiver === null && kind !== 'review' && kind !== 'practice')
    .map(
      ({ rule, what, element, pages }) =>
        `- ${plain(rule)}: ${plain(shortened(what, 160))}${element === null ? '' : ` (${plain(element)})`}, ${plain(pages.join(', '))}`,
    );
  return withinSize([
    `## ${signs[verdict]} ${word}: user acceptance of ${plain(`${candidate.name} ${candidate.version}`)}`,
    plain(sentence),
    ...(missing.length === 0 ? [] : [missing.map((line) => `- ${plain(line)}`).join('\n')]),
    table.join('\n'),
    ...(failed.length === 0 ? [] : ['### Scenarios that did not pass', failed.slice(0, 60).join('\n')]),
    ...(found.length === 0 ? [] : ['### Findings', found.slice(0, 60).join('\n')]),
  ]);
}

/** `junit.xml`: a suite a browser and size, a scenario a case; a flaky one is an error, for a pass on the second try is none. */
export function uatJunit({ uat, run }: UatResults): string {
  const start = new Date(Date.parse(run.startedAt) || 0).toISOString().slice(0, 19);
  const names = [
    ...new Set(uat.scenarios.flatMap(({ cells }) => cells.map(({ browser, size }) => `${browser} ${size}`))),
  ];
  const suites = names.map((name, index) => {
    const own = uat.scenarios.flatMap(({ info, cells }) =>
      cells.filter(({ browser, size }) => `${browser} ${size}` === name).map((cell) => ({ info, cell })),
    );
    const of = (outcome: string) => own.filter(({ cell }) => cell.outcome === outcome).length;
    const cases = own.map(({ info, cell }) => {
      const open = `    <testcase name="${escaped(shortened(`${info.id} ${info.title}`, 200))}" classname="shakedown.uat" time="${(cell.durationMs / 1000).toFixed(3)}"`;
      if (cell.outcome === 'passed') return `${open}/>`;
      if (cell.outcome === 'not run') return `${open}><skipped message="Not run, so not passed either."/></testcase>`;
      const element = cell.outcome === 'failed' ? 'failure' : 'error';
      const message = escaped(shortened(cell.error?.message ?? '', 1000));
      return `${open}><${element} type="${cell.outcome}" message="${message}">${escaped(cell.error?.step ?? '')}</${element}></testcase>`;
    });
    const seconds = own.reduce((sum, { cell }) => sum + cell.durationMs, 0) / 1000;
    return `  <testsuite name="${escaped(name)}" package="uat" id="${index}" hostname="localhost" timestamp="${start}" time="${seconds.toFixed(3)}" tests="${own.length}" failures="${of('failed')}" errors="${of('flaky')}" skipped="${of('not run')}">
    <properties/>
${cases.join('\n')}
    <system-out/>
    <system-err/>
  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}
