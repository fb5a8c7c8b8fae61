import { duration, plural } from '../../../../report-kit/format.ts';
import { check, type Judged, type Recorded, type Table } from '../../../part.ts';
import { checkOfMany, troubleOf } from '../metrics/finding.ts';
import type { Evidence, Of } from './evidence.ts';

const rowsAtMost = 400;

/** Whether every panel shows something. A panel is empty where none of its queries has a value. */
export function judge(evidence: readonly Recorded<Evidence>[]): Judged {
  const found = <K extends Evidence['kind']>(kind: K) =>
    evidence.map(({ data }) => data).filter((data): data is Of<K> => data.kind === kind);
  const [asked] = found('asked');
  const dashboards = found('dashboard');
  const all = found('query');
  const queries = all.filter(({ isHidden }) => !isHidden);
  const panels = byPanel(queries);
  const unread = (isOpen: boolean) =>
    found('unread')
      .filter((one) => one.isOpen === isOpen)
      .map(({ file, why }) => `${file}: ${why}`);
  const troubles = found('trouble');
  if (asked === undefined || (asked.from.length === 0 && dashboards.length === 0))
    return {
      checks: [
        check('dashboards', 'There are dashboards', 'inconclusive', 'None is configured, so nothing was looked at.'),
      ],
      figures: [],
    };
  const noDashboard = dashboards.length === 0 ? (troubleOf(troubles, 'Grafana') ?? 'no dashboard was read') : null;
  const bare = dashboards.filter((one) => one.panels === 0).map(({ title, file }) => `${title} (${file}) has no panel`);
  const none = noDashboard ?? (queries.length === 0 ? 'no panel has a query, so nothing was looked at' : null);
  const states = panels.map((one) => ({ ...one, state: stateOf(one.queries) }));
  const shown = states.filter(({ state }) => state === 'data');
  const slow = queries.filter(({ tookMs, state }) => state !== 'skipped' && tookMs > asked.slowMs);
  const variables = found('variable');
  const misused = found('misuse');
  const quiet = states.filter(({ state }) => state === 'quiet');
  return {
    figures: [
      { name: 'Dashboards', value: String(dashboards.length) },
      {
        name: 'Queries with data',
        value: `${queries.filter(({ state }) => state === 'data').length} of ${queries.length}`,
      },
      { name: 'Slowest query', value: duration(Math.max(0, ...queries.map(({ tookMs }) => tookMs))) },
    ],
    checks: [
      checkOfMany('read', 'Every dashboard can be read', {
        ...{ wrong: unread(false), none: noDashboard, fine: plural(dashboards.length, 'dashboard') },
        open: [...troubles.map(({ topic, why }) => `${topic} could not be asked: ${why}`), ...unread(true), ...bare],
      }),
      checkOfMany('data-sources', 'Every data source is there', {
        wrong: found('data-source').map(({ dashboard, where, why }) => `${dashboard}, ${where}: ${why}`),
        ...{ open: [], none },
        fine: asked.knowsDataSources
          ? 'by the data sources that Grafana has'
          : 'none is left open; which data sources Grafana has is not known, as no file provisions them',
      }),
      checkOfMany('variables', 'Every variable has a value', {
        wrong: variables.flatMap(({ dashboard, name, why }) => (why === null ? [] : [`${dashboard}: ${name}: ${why}`])),
        ...{ open: [], none: noDashboard, fine: plural(variables.length, 'variable') },
      }),
      checkOfMany('failing', 'No panel fails', {
        wrong: states.filter(({ state }) => state === 'failed').map(words),
        ...{
          open: [],
          none,
          fine: `${plural(queries.length, 'query', 'queries')} of ${plural(panels.length, 'panel')}`,
        },
      }),
      checkOfMany('empty', 'No panel is empty', {
        wrong: states.filter(({ state }) => state === 'empty').map(words),
        open: states.filter(({ state }) => state === 'open').map(words),
        none,
        fine: `${shown.length} of ${plural(panels.length, 'panel')} have data${
          quiet.length === 0 ? '' : `, and ${quiet.length} wait for something that has not happened`
        }`,
      }),
      checkOfMany('slow', 'No panel is slow', {
        wrong: slow.map(
          (one) => `${one.dashboard}, ${one.panel}: ${duration(one.tookMs)}, limit ${duration(asked.slowMs)}`,
        ),
        ...{ open: [], none, fine: `limit ${duration(asked.slowMs)}` },
      }),
      checkOfMany('counters', 'Panels use counters and gauges as what they are', {
        wrong: misused
          .filter(({ severity }) => severity === 'wrong')
          .map((one) => `${one.dashboard}, ${one.panel}: ${one.words}`),
        open: [],
        none: none ?? troubleOf(troubles, 'types of metrics') ?? null,
        fine: `${misused.length} show a counter as it stands, which may be meant`,
      }),
    ],
    tables: [...emptyTable(all), ...doubtful(misused)],
    coverage: [
      {
        ...{ of: 'panels', covered: shown.length + quiet.length, total: panels.length },
        gaps: states.filter(({ state }) => state !== 'data' && state !== 'quiet').map(words),
      },
    ],
  };
}

interface SeenPanel {
  dashboard: string;
  panel: string;
  queries: Of<'query'>[];
}

function byPanel(queries: readonly Of<'query'>[]): SeenPanel[] {
  const panels = new Map<string, SeenPanel>();
  for (const query of queries) {
    const key = JSON.stringify([query.dashboard, query.panel]);
    const known = panels.get(key);
    if (known === undefined) panels.set(key, { dashboard: query.dashboard, panel: query.panel, queries: [query] });
    else known.queries.push(query);
  }
  return [...panels.values()];
}

/** `quiet`: it has nothing to show yet, as it should be; `open`: why it is empty is not known, or it was not asked. */
type PanelState = 'data' | 'failed' | 'empty' | 'quiet' | 'open';

function stateOf(queries: readonly Of<'query'>[]): PanelState {
  const has = (test: (one: Of<'query'>) => boolean) => queries.some(test);
  if (has(({ state }) => state === 'failed')) return 'failed';
  if (has(({ state }) => state === 'data')) return 'data';
  if (has(({ reason }) => ['missing', 'unmatched', 'short'].includes(reason))) return 'empty';
  return queries.every(({ reason }) => reason === 'quiet') ? 'quiet' : 'open';
}

function words({ dashboard, panel, queries }: SeenPanel): string {
  const told = queries.find(({ state }) => state === 'failed') ?? queries.find(({ words: reason }) => reason !== '');
  return `${dashboard}, ${panel}: ${told?.words ?? 'no reason was found'}`;
}

function emptyTable(queries: readonly Of<'query'>[]): Table[] {
  const empty = queries.filter(({ state }) => state !== 'data');
  if (empty.length === 0) return [];
  const rows = empty
    .slice(0, rowsAtMost)
    .map(({ dashboard, panel, refId, state, words: reason }) => [
      `${dashboard}, ${panel}`,
      refId,
      stateWords[state],
      reason,
    ]);
  const title = `Queries without data: ${empty.length} of ${queries.length}`;
  return [{ title, head: ['Panel', 'Query', 'Came to', 'Why'], rows, figures: 0 }];
}

const stateWords: Record<Of<'query'>['state'], string> = {
  ...{ data: 'data', nan: 'no numbers', empty: 'empty', failed: 'failed', skipped: 'not asked' },
};

function doubtful(misused: readonly Of<'misuse'>[]): Table[] {
  const rows = misused
    .filter(({ severity }) => severity === 'doubtful')
    .slice(0, rowsAtMost)
    .map(({ dashboard, panel, words: what }) => [`${dashboard}, ${panel}`, what]);
  return rows.length === 0
    ? []
    : [{ title: 'Counters shown as they stand', head: ['Panel', 'What'], rows, figures: 0 }];
}
