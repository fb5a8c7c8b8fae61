import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ShakedownError } from '../../../model/error.ts';
import { exitCodeOf, verdictWord } from '../../../model/verdict.ts';
import { plural } from '../../../report-kit/format.ts';
import { readable } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { verdictOf } from '../../part.ts';
import { compare } from '../compare/compare.ts';
import { reasonLine, reasonsOf } from '../compare/reasons.ts';
import { readDescriptor } from '../descriptor/file.ts';
import { type Evidence, evidenceOfComparison, evidenceOfSide, isOneCapture } from '../validation/evidence.ts';
import { judge } from '../validation/judge.ts';
import { samePlaces } from '../validation/places.ts';

const shownAtMost = 50;

/** `shakedown parity compare`: ends with 0 where staging is as production, 1 where it is not, 3 where that is open. */
export async function parityCompare(
  [first, second]: [string, string],
  { json = false }: { json?: boolean },
  services: Services,
): Promise<void> {
  const { terminal, cwd } = services;
  const { config } = await services.configuration();
  const files = [resolve(cwd, first), resolve(cwd, second)] as const;
  const [production, staging] = [await readDescriptor(files[0]), await readDescriptor(files[1])];
  if ((await realpath(files[0])) === (await realpath(files[1]))) {
    throw new ShakedownError('PARITY_SAME_FILE', `${first} and ${second} are the same file.`, {
      hint: 'Capture each environment into a file of its own.',
    });
  }
  const { rules, names, minimumCoverage, maximumAgeDays } = config.parity;
  const now = Date.now();
  const comparison = compare(production, staging, { rules, names, today: new Date(now).toISOString().slice(0, 10) });
  const about = { maximumAgeDays, ageless: null, now };
  const evidence: Evidence[] = [
    evidenceOfSide('production', production, about),
    evidenceOfSide('staging', staging, about),
    evidenceOfComparison(comparison, {
      minimumCoverage,
      isOneCapture: isOneCapture(production, staging),
      samePlaces: samePlaces(production, staging),
    }),
  ];
  const judged = judge(evidence.map((data) => ({ atMs: 0, data })));
  const verdict = verdictOf(judged.checks);
  services.setExitCode(exitCodeOf[verdict]);
  if (json) {
    terminal.out(`${JSON.stringify({ verdict, checks: judged.checks, ...comparison }, null, 1)}\n`);
    return;
  }
  terminal.out(`${verdictWord[verdict]}\n`);
  for (const { title, verdict: each, reason } of judged.checks)
    terminal.out(`  ${verdictWord[each]}  ${title}: ${readable(reason)}\n`);
  for (const { item, production: theirs, staging: ours, rule, risk, remedy } of comparison.differences.slice(
    0,
    shownAtMost,
  )) {
    terminal.out(
      `\n${readable(item)}: production ${readable(theirs)}, staging ${readable(ours)}${rule === null ? '' : `; wanted ${readable(rule)}`}\n`,
    );
    terminal.out(`  risk: ${risk}\n  remedy: ${remedy}\n`);
  }
  const more = comparison.differences.length - shownAtMost;
  if (more > 0) terminal.out(`\n${plural(more, 'more difference')}: --json shows all.\n`);
  const reasons = reasonsOf(comparison.notCompared);
  for (const each of reasons.slice(0, shownAtMost)) terminal.out(`not compared: ${readable(reasonLine(each))}\n`);
  const open = reasons.length - shownAtMost;
  if (open > 0) terminal.out(`not compared for ${plural(open, 'more reason')}: --json shows all.\n`);
  for (const each of reasonsOf(comparison.readings)) terminal.out(`not compared: ${readable(reasonLine(each))}\n`);
  for (const each of reasonsOf(comparison.ignored).slice(0, shownAtMost))
    terminal.out(`left out by a rule: ${readable(reasonLine(each))}\n`);
  for (const rule of comparison.expiredRules) terminal.out(`expired rule: ${readable(rule)}\n`);
  for (const rule of comparison.unusedRules) terminal.out(`unused rule: ${readable(rule)}\n`);
}
