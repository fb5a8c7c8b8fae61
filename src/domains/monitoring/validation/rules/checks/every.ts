import type { Finding } from '../finding.ts';
import type { RuleFile } from '../model.ts';
import { rulesOf } from '../model.ts';
import { type Known, parseRules, recordedBy } from '../parsed.ts';
import { checkConditions } from './conditions.ts';
import { checkMatching } from './matching.ts';
import { checkQuantiles } from './quantiles.ts';
import { checkRanges } from './ranges.ts';
import { checkNotANumber, checkRecorded, checkRegularExpressions, checkSelectors } from './selectors.ts';
import { checkDuplicates, checkObjectives } from './sets.ts';
import { checkAbsence, checkTexts } from './texts.ts';

/** Every question that the text of the rules answers, in the order of the report. The words are what is wanted. */
export const staticChecks: readonly { id: string; title: string; looksAt: 'rule' | 'alert' | 'objective' }[] = [
  { id: 'syntax', title: 'Every rule can be loaded', looksAt: 'rule' },
  { id: 'impossible', title: 'Every condition can be true', looksAt: 'rule' },
  { id: 'comparison', title: 'No alert fires whatever happens', looksAt: 'alert' },
  { id: 'matching', title: 'What is put together has the same labels', looksAt: 'rule' },
  { id: 'range', title: 'Ranges hold enough scrapes', looksAt: 'rule' },
  { id: 'counter', title: 'Counters are compared by their rates', looksAt: 'rule' },
  { id: 'regex', title: 'Matchers say what they mean', looksAt: 'rule' },
  { id: 'nan', title: 'No value is lost to a division by zero', looksAt: 'rule' },
  { id: 'absent', title: 'Questions for absence wait for the first scrapes', looksAt: 'alert' },
  { id: 'template', title: 'Texts show what they are to show', looksAt: 'alert' },
  { id: 'required', title: 'Every alert has what production asks of it', looksAt: 'alert' },
  { id: 'series', title: 'Recorded metrics are recorded', looksAt: 'rule' },
  { id: 'duplicate', title: 'No rule stands there twice', looksAt: 'rule' },
  { id: 'slo', title: 'Every objective is watched', looksAt: 'objective' },
];

export type Asked = Omit<Known, 'rules' | 'recorded'>;

/** Asks all of them; nothing is run or contacted. */
export function checkStatically(files: readonly RuleFile[], asked: Asked): { known: Known; findings: Finding[] } {
  const { parsed, findings } = parseRules(rulesOf(files));
  const known: Known = { ...asked, rules: parsed, recorded: recordedBy(parsed) };
  for (const { remarks } of files) {
    for (const { place, what, todo, kind } of remarks)
      findings.push({ kind: kind === 'error' ? 'wrong' : 'gap', check: 'syntax', ...place, rule: null, what, todo });
  }
  for (const one of parsed) {
    findings.push(
      ...checkConditions(one),
      ...checkSelectors(one),
      ...checkMatching(one, known),
      ...checkQuantiles(one, known),
      ...checkRanges(one, known),
      ...checkRegularExpressions(one),
      ...checkNotANumber(one),
      ...checkAbsence(one, known),
      ...checkTexts(one, known),
      ...checkRecorded(one, known),
    );
  }
  findings.push(
    ...checkDuplicates(known),
    ...checkObjectives(
      files.flatMap(({ slos }) => slos),
      known,
    ),
  );
  return { known, findings };
}
