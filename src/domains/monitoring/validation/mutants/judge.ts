import { type Check, check, type Judged, type Recorded, type Table } from '../../../part.ts';
import type { Evidence, MutantEvidence } from './evidence.ts';
import { ruleOperators } from './mutant.ts';
import { routeOperators } from './routes/mutate.ts';

const rowsAtMost = 200;
const words: Readonly<Record<string, string>> = { ...ruleOperators, ...routeOperators, scrape: 'scrape stopped' };

/**
 * Every mutant is caught, or shown to be no change at all. One that survives is named; whether a test is missing, or the change means nothing, a person
 * must say, so that it is inconclusive.
 */
export function judge(recorded: readonly Recorded<Evidence>[], ended: boolean): Judged {
  const all = recorded.map(({ data }) => data);
  const of = <K extends Evidence['kind']>(kind: K) =>
    all.filter((one): one is Extract<Evidence, { kind: K }> => one.kind === kind);
  const mutants = of('mutant');
  const count = (fate: MutantEvidence['fate']) => mutants.filter((one) => one.fate === fate).length;
  const counted = mutants.length - count('equivalent') - count('not-tried');
  const caught = count('own') + count('generated');
  const survivors = mutants.filter(({ fate }) => fate === 'survived');
  return {
    checks: [
      unmutatedPasses(of('unmutated'), ended),
      mutantsCaught(mutants, survivors, ended),
      testsGenerated(of('generated').length, of('not-generated')),
      ...of('not-looked-at').map(({ what, reason }) =>
        check(`not-${what.replace(/\W+/g, '-')}`, `All ${what} are tried`, 'inconclusive', reason),
      ),
    ],
    figures: [
      { name: 'Mutants', value: String(counted) },
      { name: 'Caught', value: counted === 0 ? 'none' : `${caught} (${percent(caught, counted)})` },
      { name: 'Caught by your own tests and alerts', value: String(count('own')) },
      { name: 'Caught by generated tests only', value: String(count('generated')) },
      { name: 'Shown equivalent', value: String(count('equivalent')) },
      ...of('program').map(({ name, version }) => ({ name, value: version })),
    ],
    tables: [operatorsTable(mutants), ...survivorsTable(survivors), ...equivalentsTable(mutants)],
    coverage: [
      {
        of: 'mutants of rules and routes caught',
        covered: caught,
        total: counted,
        gaps: survivors.map(({ of: name, file, line, what }) => `${name} (${file}:${line}): ${what}`),
      },
    ],
  };
}

function percent(part: number, of: number): string {
  return `${(Math.floor((1000 * part) / of) / 10).toFixed(1)} %`;
}

function unmutatedPasses(copies: readonly Extract<Evidence, { kind: 'unmutated' }>[], ended: boolean): Check {
  const title = 'The copy without a change passes';
  const failed = copies.filter(({ passed }) => !passed);
  if (failed.length > 0) {
    const names = [
      ...new Set(failed.map(({ of, tests }) => `${of} (${tests === 'own' ? 'your own' : 'generated'} tests)`)),
    ];
    const isOwn = failed.some(({ tests }) => tests === 'own');
    return check(
      'unmutated',
      title,
      isOwn ? 'fail' : 'inconclusive',
      `Tests fail without any change: ${names.slice(0, 5).join(', ')}.`,
    );
  }
  if (copies.length === 0)
    return check('unmutated', title, 'inconclusive', ended ? 'There was no test to run.' : 'The run ended before.');
  return check('unmutated', title, 'pass', `${copies.length} copies pass.`);
}

function mutantsCaught(
  mutants: readonly MutantEvidence[],
  survivors: readonly MutantEvidence[],
  ended: boolean,
): Check {
  const title = 'Every change of a rule or route is caught';
  if (survivors.length > 0) {
    const named = survivors.slice(0, 4).map(({ of, what }) => `${of}: ${what}`);
    const more = survivors.length > 4 ? ` And ${survivors.length - 4} more, in the table.` : '';
    return check(
      'caught',
      title,
      'inconclusive',
      `${survivors.length} survived, and need review: ${named.join('; ')}.${more}`,
    );
  }
  if (!ended) return check('caught', title, 'inconclusive', 'The run ended before all were tried.');
  if (mutants.length === 0) return check('caught', title, 'inconclusive', 'There were no rules to change.');
  const tried = mutants.filter(({ fate }) => fate === 'own' || fate === 'generated');
  if (tried.length === 0)
    return check(
      'caught',
      title,
      'inconclusive',
      `None of the ${mutants.length} mutants is one that a test could see.`,
    );
  return check(
    'caught',
    title,
    'pass',
    `${tried.length} of ${tried.length} mutants; ${mutants.length - tried.length} more change nothing.`,
  );
}

function testsGenerated(made: number, not: readonly Extract<Evidence, { kind: 'not-generated' }>[]): Check {
  const title = 'Tests could be generated for every alert';
  if (not.length === 0)
    return made === 0
      ? check('generated', title, 'inconclusive', 'There was no alert.')
      : check('generated', title, 'pass', `${made} alerts. They show that a rule was changed, not that it is right.`);
  const named = not.slice(0, 4).map(({ rule, reason }) => `${rule}: ${reason}`);
  return check(
    'generated',
    title,
    'inconclusive',
    `Not for ${not.length} of ${made + not.length}: ${named.join('; ')}.`,
  );
}

function operatorsTable(mutants: readonly MutantEvidence[]): Table {
  const operators = [...new Set(mutants.map(({ operator }) => operator))];
  const rows = operators.map((operator) => {
    const own = mutants.filter((one) => one.operator === operator);
    const count = (fate: MutantEvidence['fate']) => String(own.filter((one) => one.fate === fate).length);
    return [words[operator] ?? operator, count('own'), count('generated'), count('survived'), count('equivalent')];
  });
  const head = ['What was changed', 'Caught by your own', 'By generated tests only', 'Survived', 'Equivalent'];
  return { title: 'Mutants', head, rows, figures: 4 };
}

function survivorsTable(survivors: readonly MutantEvidence[]): Table[] {
  if (survivors.length === 0) return [];
  const rows = survivors
    .slice(0, rowsAtMost)
    .map(({ of, file, line, what, because }) => [of, `${file}:${line}`, what, because ?? '']);
  return [{ title: 'Survivors', head: ['Rule or route', 'Where', 'Change', 'Note'], rows, figures: 0 }];
}

function equivalentsTable(mutants: readonly MutantEvidence[]): Table[] {
  const equivalent = mutants.filter(({ fate }) => fate === 'equivalent');
  if (equivalent.length === 0) return [];
  const rows = equivalent
    .slice(0, rowsAtMost)
    .map(({ of, file, line, what, because }) => [of, `${file}:${line}`, what, because ?? '']);
  return [{ title: 'Changes that change nothing', head: ['Rule', 'Where', 'Change', 'Because'], rows, figures: 0 }];
}
