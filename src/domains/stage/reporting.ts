import { verdictWord } from '../../model/verdict.ts';
import { duration, plural } from '../../report-kit/format.ts';
import type { Page, Reporting } from '../domain.ts';
import { verdictOf } from '../part.ts';
import type { StageSection } from './section.ts';
import { phasesView } from './view/phases-view.ts';
import { stageView } from './view/stage-view.ts';

const page: Page = {
  file: 'stage.html',
  link: 'Stage',
  title: 'The whole stage',
  about:
    'phases with their runs, roles and events on one timeline, the state that they share, what the candidate said it is',
  kind: 'stage of',
  foot: [
    'Each phase is a command of its own with a run of its own; its verdict is what that run’s evidence shows. Events and state count only where the run that is behind them is there, with the digest that the journal of the stage has.',
  ],
  exists: ({ sections: { stage } }) => stage !== undefined,
  verdict: ({ verdict, word, sentence }) => ({ verdict, word, of: 'The stage', sentence }),
};

const place = (name: string) => new URL(`./view/${name}.hbs`, import.meta.url);

export const reporting: Reporting = {
  pages: [page],
  blocks: [
    {
      page: page.file,
      place: 'figures',
      template: place('phases'),
      view: ({ sections: { stage } }) => phasesView(stage),
    },
    {
      page: page.file,
      place: 'findings',
      template: place('stage'),
      view: ({ sections: { stage }, run }) => stageView(stage, run.startedAt),
    },
    {
      page: 'index.html',
      place: 'figures',
      template: place('phases'),
      view: ({ sections: { stage } }) => phasesView(stage),
    },
  ],
  highlights: ({ sections: { stage } }) => (stage === undefined ? [] : [highlight(stage)]),
  signInstead: ({ sections: { stage } }) =>
    stage?.phases.map(({ attempts }) => attempts.at(-1)).find((last) => last?.isWaiting)?.runId ?? null,
  facts: ({ sections: { stage } }) =>
    stage === undefined
      ? []
      : [{ name: 'Stage', value: `${plural(begun(stage).length, 'phase')} in ${duration(stage.wallMs)}` }],
};

function begun({ phases }: StageSection) {
  return phases.filter(({ attempts }) => attempts.length > 0);
}

function highlight(stage: StageSection) {
  const asked = stage.phases.filter(({ leftOut }) => leftOut === null);
  const rank = { fail: 0, inconclusive: 1, pass: 2 };
  const lines = [...asked]
    .sort((a, b) => rank[a.verdict] - rank[b.verdict])
    .slice(0, 4)
    .map(({ title, verdict, sentence }) => `${title}: ${verdictWord[verdict]}. ${sentence}`);
  return { verdict: verdictOf(asked), title: 'Stage', lines };
}
