import type { Companion } from '../../companion.ts';
import { namedExperiments } from './named.ts';
import { prepareChaos } from './prepare.ts';
import { previewChaos } from './preview.ts';
import { type Chaos, openChaos } from './session.ts';

/** Experiments beside the load, one after the other. */
export const experiments: Companion = {
  async preview(asked) {
    const named = namedExperiments(asked.options);
    return named === null ? null : previewChaos(named, asked);
  },
  async prepare(asked) {
    const named = namedExperiments(asked.options);
    if (named === null) return null;
    const prepared = await prepareChaos(named, asked);
    const { programs, toxiproxyUrl } = prepared;
    const begun = new Set<string>();
    let chaos: Chaos | undefined;
    return {
      title: 'the experiments',
      programs,
      injectsFaults: true,
      ...(toxiproxyUrl === null ? {} : { toxiproxyUrl }),
      recall(event) {
        if (event.type === 'shakedown.experiment.started') begun.add(event.data.title);
      },
      async open(run) {
        chaos = await openChaos(prepared, run, begun);
      },
      begin: () => chaos?.start(),
      progress: (atMs, done, failed) => chaos?.tick(atMs, done, failed),
      disturbed: (fromMs, toMs) => chaos?.disturbance(fromMs, toMs) ?? null,
      end: () => chaos?.end(),
    };
  },
};
