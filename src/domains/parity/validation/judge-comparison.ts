import { count, percent, plural } from '../../../report-kit/format.ts';
import { asSentence } from '../../../report-kit/text.ts';
import { type Check, type Coverage, check } from '../../part.ts';
import { reasonLine } from '../compare/reasons.ts';
import { aspects } from '../descriptor/aspects.ts';
import type { ComparisonEvidence } from './evidence.ts';

const namedInReason = 2;
const aspectsInReason = 6;

const comparedOf = ({ aspects: all }: ComparisonEvidence) =>
  all.reduce((sum, { equal, byRule, different }) => sum + equal + byRule + different, 0);

/** `, 96 left out by rules`; empty: none. */
const leftOutWords = ({ ignored }: ComparisonEvidence) =>
  ignored.total === 0 ? '' : `, ${count(ignored.total)} left out by rules`;

export function itemsCheck(found: ComparisonEvidence): Check {
  const title = 'Staging is as production is, item by item';
  const { differences, aspects: all, score, ignored, reasons } = found;
  const compared = comparedOf(found);
  if (compared === 0) {
    const [first] = reasons;
    const why = first === undefined ? '' : `: ${reasonLine(first)}`;
    return check('items', title, 'inconclusive', asSentence(`No item was compared${leftOutWords(found)}${why}`));
  }
  if (differences.total === 0) {
    const ruled = all.reduce((sum, { byRule }) => sum + byRule, 0);
    const by = ruled === 0 ? '' : `, ${count(ruled)} of them by a declared rule`;
    const words = `${plural(compared, 'item')} compared, no difference${by}${leftOutWords(found)}`;
    // Rules may leave out what must differ; where they leave out most, nothing is said of the whole.
    return ignored.total > compared
      ? check('items', title, 'inconclusive', `${words}: more is left out than was compared.`)
      : check('items', title, 'pass', `${words}.`);
  }
  const names = differences.shown
    .slice(0, namedInReason)
    .map(({ item, production, staging }) => `${item} (production ${production}, staging ${staging})`);
  const more = differences.total - names.length;
  const rest = more > 0 ? `, and ${count(more)} more` : '';
  return check(
    'items',
    title,
    'fail',
    `${plural(differences.total, 'difference')} among ${plural(compared, 'item')}, score ${percent(score)}${leftOutWords(found)}: ${names.join('; ')}${rest}.`,
  );
}

export function coverageCheck(found: ComparisonEvidence): Check {
  const { coverage, minimumCoverage, notCompared, ignored, aspects: all, reasons } = found;
  const title = `At least ${percent(minimumCoverage)} of what there is was compared`;
  const leftOut = all.filter((each) => each.coverage === null).map(({ aspect }) => nameOf(aspect));
  const words = [
    ...(ignored.total === 0 ? [] : [`${plural(ignored.total, 'item is', 'items are')} left out by rules`]),
    ...(leftOut.length === 0 ? [] : [`left out as a whole: ${someOf(leftOut)}`]),
  ];
  const left = words.length === 0 ? '' : ` ${capital(words.join('; '))}.`;
  // Aspects that nobody was to look at are named below.
  const why = reasons
    .filter(({ reason }) => !reason.startsWith('nobody looked at it') || reason.includes('('))
    .slice(0, namedInReason)
    .map((each) => ` ${asSentence(capital(reasonLine(each)))}`)
    .join('');
  if (coverage >= minimumCoverage) {
    const open = notCompared.total === 0 ? '' : ` ${plural(notCompared.total, 'item')} could not be compared.${why}`;
    return check('coverage', title, 'pass', `${percent(coverage)} of it was compared.${open}${left}`);
  }
  const poor = all
    .filter((each) => each.coverage !== null && each.coverage < 1)
    .sort((a, b) => (a.coverage ?? 0) - (b.coverage ?? 0))
    .map(({ aspect }) => nameOf(aspect));
  const names = poor.length === 0 ? '' : ` Not or not wholly: ${someOf(poor)}.`;
  const remedy =
    'Capture them on both sides; where what was compared is enough, lower parity.minimumCoverage to it, which the report shows.';
  return check(
    'coverage',
    title,
    'inconclusive',
    `Only ${percent(coverage)} was compared.${names}${why}${left} ${remedy}`,
  );
}

/** An aspect counts where all of it was compared. */
export function coverageOf({ aspects: all, notCompared, reasons }: ComparisonEvidence): Coverage {
  const told = reasons.reduce((sum, { items }) => sum + items, 0);
  return {
    of: 'aspects of the environments',
    covered: all.filter(({ coverage }) => coverage === 1).length,
    total: all.length,
    gaps: [
      ...reasons.map(reasonLine),
      ...(notCompared.total > told ? [`${count(notCompared.total - told)} more`] : []),
      ...all.flatMap(({ aspect, coverage, ignored }) =>
        coverage === null
          ? [`${nameOf(aspect)}: left out`]
          : ignored > 0
            ? [`${nameOf(aspect)}: ${plural(ignored, 'item is', 'items are')} left out by rules`]
            : [],
      ),
    ],
  };
}

const nameOf = (aspect: ComparisonEvidence['aspects'][number]['aspect']) => aspects[aspect].title;
const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function someOf(names: readonly string[]): string {
  const rest = names.length - aspectsInReason;
  return `${names.slice(0, aspectsInReason).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
