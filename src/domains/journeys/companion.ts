import type { Companion } from '../companion.ts';
import { followedSettings, RecordedTally } from './recorded.ts';

/** Follows the recording's own sessions along the journeys while they are planned: what those of the load are held against. */
export const recordedJourneys: Companion = {
  async prepare({ config, manifest, isResumed }) {
    const settings = followedSettings(config.journeys, manifest.routes);
    const tally = new RecordedTally(settings);
    return {
      title: 'the journeys',
      recorded: (session) => tally.add(session),
      async open({ journal }) {
        if (!isResumed) journal.append('shakedown.journeys.planned', { settings, recorded: tally.done() });
      },
    };
  },
};
