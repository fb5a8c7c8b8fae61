import { verdictWord } from '../../../model/verdict.ts';
import { duration } from '../../../report-kit/format.ts';
import { renderPart } from '../../../report-kit/render.ts';
import { verdictOf } from '../../part.ts';
import type { StageSection } from '../section.ts';
import { phasesView } from '../view/phases-view.ts';
import { stageView } from '../view/stage-view.ts';
import { type Card, cardsOf } from './cards.ts';
import type { PastRun } from './history.ts';
import { historyView } from './trends.ts';
import type { WatchedStage } from './watched.ts';

const template = (name: string) => new URL(`./page/${name}.hbs`, import.meta.url);
const view = (name: string) => new URL(`../view/${name}.hbs`, import.meta.url);

/** What the page shows: its parts as markup in which all text is escaped, by the place that each goes into. */
export interface DashboardParts {
  title: string;
  state: 'pass' | 'fail' | 'inconclusive';
  parts: Record<string, string>;
}

/** @param stage null: there is none yet @param history the newest first */
export function dashboardParts(stage: WatchedStage | null, history: readonly PastRun[]): DashboardParts {
  const past = renderPart(template('history'), historyView(history)).html;
  if (stage === null) {
    const head = {
      word: 'NO STAGE YET',
      state: 'not run',
      sentence: '`shakedown run` begins one; it is shown here then.',
      now: '',
      stage: '',
    };
    return {
      title: 'No stage yet',
      state: 'inconclusive',
      parts: { head: renderPart(template('head'), head).html, history: past },
    };
  }
  const { section, started, startedAt, running, resultsOf } = stage;
  const so = soFar(section);
  const cards: Card[] = cardsOf(section, running?.figures ?? null, resultsOf);
  const head = {
    ...{ word: so.word, state: so.state, sentence: so.sentence, stage: started.runId },
    now: running === null ? '' : `Now: ${running.phase}`,
  };
  return {
    title: `${so.word} · ${started.candidate.name} ${started.candidate.version}`,
    state: so.state,
    parts: {
      head: renderPart(template('head'), head).html,
      cards: renderPart(template('cards'), { cards }).html,
      gates: renderPart(template('gates'), { gates: gatesOf(section) }).html,
      // Reports lie in the folders of the runs, which this server does not show.
      phases: withoutLinks(renderPart(view('phases'), phasesView(section) ?? {}).html),
      stage: renderPart(view('stage'), stageView(section, startedAt) ?? {}).html,
      history: past,
    },
  };
}

/** How it stands: never the verdict, which is the report's. */
function soFar({ phases, wallMs }: StageSection): { word: string; state: DashboardParts['state']; sentence: string } {
  const asked = phases.filter(({ leftOut }) => leftOut === null);
  const ended = asked.filter(({ attempts }) => attempts.at(-1)?.endedAtMs != null);
  const failed = asked.find(({ verdict }) => verdict === 'fail');
  const open = ended.filter(({ verdict }) => verdict === 'inconclusive');
  const count = `${ended.length} of ${asked.length} phases have ended, after ${duration(wallMs)}.`;
  if (failed !== undefined)
    return { word: 'FAILED SO FAR', state: 'fail', sentence: `${failed.title} failed: ${failed.sentence} ${count}` };
  if (ended.length < asked.length) {
    const state = open.length > 0 ? 'inconclusive' : 'pass';
    return {
      word: open.length > 0 ? 'INCONCLUSIVE SO FAR' : 'NOTHING FAILED SO FAR',
      state: ended.length === 0 ? 'inconclusive' : state,
      sentence: count,
    };
  }
  const verdict = verdictOf(asked);
  return {
    word: `${verdictWord[verdict]} BY ITS PHASES`,
    state: verdict,
    sentence: `${count} The verdict is in the report.`,
  };
}

/** The gates as they fill in: of each phase that answers for one, the newest attempt. */
function gatesOf({
  phases,
}: StageSection): { gate: string; phase: string; state: string; word: string; summary: string }[] {
  return phases
    .filter(({ leftOut }) => leftOut === null)
    .flatMap((phase) => {
      const { id, gates, partOf, attempts, verdict } = phase;
      const last = attempts.at(-1);
      const names = gates.length > 0 ? gates : partOf === null ? [] : [partOf];
      return names.map((gate) => {
        const found = last?.gates.find((each) => each.id === gate);
        const isOpen = last === undefined || last.endedAtMs === null;
        const of = found?.verdict ?? verdict;
        return {
          ...{ gate, phase: id },
          state: isOpen ? 'not run' : of,
          word: isOpen ? (last === undefined ? 'not begun' : 'under way') : verdictWord[of],
          summary: isOpen ? '' : (found?.summary ?? phase.sentence),
        };
      });
    });
}

function withoutLinks(html: string): string {
  return html.replace(/<a href="[^"]*">([^<]*)<\/a>/g, '$1');
}
