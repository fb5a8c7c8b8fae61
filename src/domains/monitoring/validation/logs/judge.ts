import { grouped } from '../../../../gate/words.ts';
import { type Check, check, type Judged, type Recorded } from '../../../part.ts';
import type { Evidence, Of } from './evidence.ts';
import { ofKibana, ofLogstash } from './judge-console.ts';
import { ofCounted, ofDropped, ofInstances, ofLines, ofMarkers, ofPersonal, ofRate, shownMs } from './judge-store.ts';

/** Asked of each store: a line is found; every line, other shapes, late lines, each instance's; fields and levels; error rate; personal data. */
const questions = 8;

/** What logs come to: one list of checks for each store, each check by the store's name. */
export function judge(recorded: readonly Recorded<Evidence>[], ended: boolean): Judged {
  const all = recorded.map(({ data }) => data);
  const of = <K extends Evidence['kind']>(kind: K, store?: string) =>
    all.filter(
      (each): each is Of<K> => each.kind === kind && (store === undefined || ('store' in each && each.store === store)),
    );
  const stores = of('store');
  const consoles = [...of('logstash'), ...of('kibana')];
  if (stores.length + consoles.length === 0) {
    const reason = ended
      ? 'Not looked at: monitoring.logs names nothing, and the target is not the sample system.'
      : 'Not looked at.';
    return { checks: [check('logs', 'Log lines arrive', 'inconclusive', reason)], figures: [] };
  }
  const checks: Check[] = [];
  for (const store of stores) {
    const name = store.store;
    checks.push(reached(store));
    if (store.error !== null) continue;
    const lines = of('lines', name)[0];
    const counted = of('counted', name)[0];
    const dropped = of('dropped', name)[0];
    checks.push(
      ...ofMarkers(store, of('markers', name)[0], lines),
      ...(counted === undefined ? [] : [ofCounted(counted, dropped)]),
      ...ofInstances(lines, of('markers', name)[0], name),
      ...ofLines(lines, name),
      ...ofPersonal(lines, name),
      ...of('rate', name).map(ofRate),
      ...ofDropped(dropped, name),
    );
  }
  checks.push(...of('logstash').flatMap(ofLogstash), ...of('kibana').flatMap(ofKibana));
  if (!ended) checks.push(check('ended', 'All stores were looked at', 'inconclusive', 'It did not come to its end.'));
  const delays = of('markers').flatMap(({ markers }) => markers.flatMap(({ delayMs }) => delayMs ?? []));
  const looked = of('lines').reduce((sum, one) => sum + one.looked, 0);
  return {
    checks,
    figures: [
      { name: 'Log lines read', value: grouped(looked) },
      ...(delays.length === 0 ? [] : [{ name: 'Longest way of a line', value: shownMs(Math.max(...delays)) }]),
    ],
    tables: tablesOf(of('lines'), of('markers')),
    coverage: [
      {
        of: 'questions to log stores',
        covered: stores.reduce((sum, { error, unasked }) => sum + (error === null ? questions - unasked.length : 0), 0),
        total: questions * stores.length,
        gaps: stores.flatMap(({ store, error, unasked }) =>
          error === null ? unasked.map((what) => `${store}: not looked at: ${what}`) : [`${store}: ${error}`],
        ),
      },
    ],
  };
}

function reached({ store, about, error }: Of<'store'>): Check {
  const title = `${store} answers`;
  return error === null
    ? check(`reached.${store}`, title, 'pass', `It is ${about}.`)
    : check(`reached.${store}`, title, 'inconclusive', `It could not be asked: ${error}.`);
}

function tablesOf(lines: readonly Of<'lines'>[], markers: readonly Of<'markers'>[]) {
  const rows = lines.flatMap(({ store, instances, expected }) =>
    [...new Set([...Object.keys(instances), ...expected])].sort().map((instance) => {
      const found = markers
        .filter((one) => one.store === store)
        .flatMap((one) => one.markers)
        .filter((one) => one.delayMs !== null && one.instance === instance);
      return [
        store,
        instance === '' ? '(none named)' : instance,
        grouped(instances[instance] ?? 0),
        grouped(found.length),
      ];
    }),
  );
  if (rows.length === 0) return [];
  return [
    { title: 'Lines of each instance', head: ['Store', 'Instance', 'Lines', 'Of them planted'], rows, figures: 2 },
  ];
}
