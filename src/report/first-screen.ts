import type { Highlight } from '../domains/domain.ts';
import type { Results } from '../model/results.ts';
import type { RunAcceptance } from '../model/uat-under-load.ts';
import type { ObjectiveResult } from '../model/verdict.ts';
import { signedLine } from '../report-kit/signed.ts';
import { readable, readableResults } from '../report-kit/text.ts';
import type { VerdictView } from '../report-kit/verdict.ts';
import { askEach, declaredOf, type ReportingDomain } from './declared.ts';
import { gatesNotJudged } from './view/gates.ts';
import { verdictView } from './view/verdict.ts';

/** What a terminal shows of a run; every text is readable. */
export interface FirstScreen {
  verdict: VerdictView;
  environment: string;
  /** What the command was asked for. */
  answers: string[];
  /** Whether it is signed, and how far that is shown; null: nobody has. */
  signed: string | null;
  objectives: ObjectiveResult[];
  missing: string[];
  /** Titles of gates that the policy names and this command did not judge. */
  notJudged: string[];
}

/** The first screen of the index, for a terminal; what of it could not be made, the writing of the reports has warned of. */
export async function firstScreen(
  results: Results,
  domains: readonly ReportingDomain[],
  acceptance: RunAcceptance | null = null,
): Promise<FirstScreen> {
  const shown = readableResults(results);
  const warnings: string[] = [];
  const declared = await declaredOf(domains, warnings);
  const facts = askEach(declared, 'facts', (reporting) => reporting.facts?.(shown), warnings);
  const notices = askEach(declared, 'notices', (reporting) => reporting.notices?.(shown), warnings);
  const highlights = askEach(declared, 'highlights', (reporting) => reporting.highlights?.(shown, null), warnings);
  const gates = domains.flatMap((domain) => domain.gates ?? []);
  return {
    verdict: verdictView(shown, { facts, notices }),
    environment: shown.environment.name,
    answers: answersOf(highlights),
    signed: acceptance === null || acceptance.signOffs.length === 0 ? null : readable(signedLine(acceptance)),
    objectives: shown.objectives,
    missing: shown.missing,
    notJudged: gatesNotJudged(shown, gates).map(({ title }) => title),
  };
}

const mostAnswers = 4;
const mostOpen = 6;

/** One answer speaks for itself, several have their names. Of many the table of objectives has names and first reasons, so only what else is open is said. */
function answersOf(highlights: readonly Pick<Highlight, 'isAnswer' | 'title' | 'lines' | 'verdict'>[]): string[] {
  const answers = highlights.filter(({ isAnswer }) => isAnswer === true);
  if (answers.length <= 1) return answers.flatMap(({ lines }) => lines);
  if (answers.length <= mostAnswers)
    return answers.flatMap(({ title, lines }) => lines.map((line, row) => (row === 0 ? `${title}: ${line}` : line)));
  const open = [
    ...new Set(
      answers.flatMap(({ title, lines, verdict }) =>
        verdict === 'pass' ? [] : lines.slice(1).map((line) => `${title}: ${line}`),
      ),
    ),
  ];
  return open.length > mostOpen
    ? [...open.slice(0, mostOpen), `${open.length - mostOpen} more are in the report.`]
    : open;
}
