import { z } from 'zod';
import type { Domain, EventsOf, Judging, Metric, Reporting } from '../../src/domains/domain.ts';
import type { LivePanel } from '../../src/domains/live.ts';
import { InvalidOption } from '../../src/domains/option-values.ts';
import type { Objective } from '../../src/model/verdict.ts';

/** How high the water stood beside a run: a domain of the tests' own, in one folder. */
interface TidesSection {
  measured: number;
  lowestMetres: number;
}

const events = {
  'shakedown.tide.measured': z.object({ atMs: z.number(), metres: z.number() }),
};

declare module '../../src/model/event.ts' {
  interface JournalEvents extends EventsOf<typeof events> {}
}
declare module '../../src/model/results.ts' {
  interface Sections {
    tides: TidesSection;
  }
}

class TidesFold {
  readonly metres: number[] = [];
}

const lowWater: Objective = {
  ...{ id: 'low-water', title: 'Low water', gate: 'tides', metric: 'lowest_tide', statistic: 'value', unit: 'count' },
  ...{ comparison: '>=', target: 2, weight: 1, key: true, minimumSamples: 1 },
};

const lowestTide: Metric<TidesFold, TidesSection> = {
  id: 'lowest_tide',
  words: 'lowest tide',
  unit: 'count',
  cause: 'resources',
  read: ({ state, section }) => ({ value: section?.lowestMetres ?? null, samples: state.metres.length }),
};

const judging: Judging<TidesFold, TidesSection> = {
  events,
  begin: () => new TidesFold(),
  add(fold, event) {
    if (event.type === 'shakedown.tide.measured') fold.metres.push(event.data.metres);
  },
  metrics: [lowestTide],
  allObjectives: [lowWater],
  objectives: ({ metres }) => (metres.length > 0 ? [lowWater] : []),
  gates: ({ metres }) => (metres.length > 0 ? ['tides'] : []),
  async section({ metres }) {
    if (metres.includes(13)) throw new Error('the gauge broke');
    return metres.length === 0 ? null : { measured: metres.length, lowestMetres: Math.min(...metres) };
  },
};

const reporting: Reporting = {
  pages: [
    {
      file: 'tides.html',
      link: 'Tides',
      title: 'Tides of the target',
      about: 'how high it stood',
      kind: 'tides of',
      foot: [],
    },
  ],
  blocks: [
    {
      page: 'tides.html',
      place: 'figures',
      template: new URL('../report/toy/tides.hbs', import.meta.url),
      view: ({ sections: { tides } }) =>
        tides === undefined
          ? null
          : { text: `${tides.measured} <b>times</b>`, facts: [{ name: 'Lowest', value: `${tides.lowestMetres} m` }] },
    },
  ],
  highlights: ({ sections: { tides } }) =>
    tides === undefined ? [] : [{ verdict: 'pass', title: 'Tides', lines: [`Lowest ${tides.lowestMetres} m`] }],
};

function panel(): LivePanel {
  let last: number | null = null;
  return {
    follow(event) {
      if (event.type !== 'shakedown.tide.measured') return null;
      last = event.data.metres;
      return [];
    },
    figures: () => [{ name: 'Tide', value: last === null ? null : `${last} m`, none: 'not measured' }],
  };
}

export const tides: Domain = {
  id: 'tides',
  gates: [{ id: 'tides', title: 'Tides' }],
  commands: [
    {
      name: 'tides read',
      help: 'say how high the water stands',
      arguments: [{ flags: '<place>', help: 'where' }],
      options: [{ flags: '--metres <height>', help: 'as somebody says', parse: metres }],
      load:
        async () =>
        async ([place]: [string], { metres: height }: { metres?: number }, { terminal, setExitCode }) => {
          terminal.out(`${place}: ${height ?? 'unknown'} m\n`);
          setExitCode(height === undefined ? 3 : 0);
        },
    },
  ],
  options: [
    {
      flags: '--tide <height>',
      help: 'measure the water beside the load',
      parse: metres,
      conflicts: [{ with: ['findCapacity'], why: 'water rises while the rate does' }],
    },
  ],
  judging: async () => judging,
  reporting: async () => reporting,
  live: async () => panel,
};

function metres(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidOption('write whole metres');
  return Number(text);
}
