import { grouped } from '../../../../gate/words.ts';
import { type Check, check } from '../../../part.ts';
import type { Marker, Of } from './evidence.ts';

/** A line's time may be that much away from the moment at which it was written. */
const clockMs = 5000;
/** Requests that are under way while counters are read. */
const underWay = 2;

export const shownMs = (ms: number): string =>
  Math.abs(ms) < 1000 ? `${Math.round(ms)} ms` : `${(Math.round(ms / 100) / 10).toFixed(1)} s`;
const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const lines = (count: number) => (count === 1 ? '1 line' : `${grouped(count)} lines`);

export function ofMarkers(store: Of<'store'>, seen: Of<'markers'> | undefined, read: Of<'lines'> | undefined): Check[] {
  const name = store.store;
  const [id, title] = [`marker.${name}`, `${name}: a line is found, and in time`];
  if (seen === undefined) return [check(id, title, 'inconclusive', 'None was written.')];
  const of = (kind: Marker['kind']) => seen.markers.filter((one) => one.kind === kind);
  return [
    plain(seen, of('plain'), store, read),
    clock(of('plain'), name),
    ...special(of('shape'), seen, {
      id: `shapes.${name}`,
      title: `${name}: lines of every shape are taken`,
      what: (marker) => `a line with ${marker.of}`,
      within: store.withinMs,
    }),
    ...special(of('late'), seen, {
      id: `late.${name}`,
      title: `${name}: lines that are late are taken`,
      what: (marker) => `a line of ${marker.of}`,
      within: store.withinMs,
    }),
  ];
}

function plain(
  seen: Of<'markers'>,
  markers: readonly Marker[],
  store: Of<'store'>,
  read: Of<'lines'> | undefined,
): Check {
  const [id, title] = [`marker.${store.store}`, `${store.store}: a line is found, and in time`];
  const verdict = (state: Check['verdict'], reason: string) => check(id, title, state, reason);
  if (seen.error !== null) return verdict('inconclusive', `It could not be looked for: ${seen.error}.`);
  const written = markers.filter(({ error }) => error === null);
  const failed = markers.find(({ error }) => error !== null);
  if (written.length === 0)
    return verdict(
      'inconclusive',
      `No line could be written: ${failed?.error ?? 'there is nowhere to send a request'}.`,
    );
  const found = written.flatMap(({ delayMs }) => delayMs ?? []);
  const refused = written.find((one) => one.refused !== null)?.refused;
  const within = shownMs(store.withinMs);
  if (found.length === 0 && seen.by === 'request' && (read?.looked ?? 0) > 0) {
    const reason = `No line has the id that ${grouped(written.length)} requests carried in ${seen.header}, but ${lines(read?.looked ?? 0)} of that time are there: the application may not write it to its log.`;
    return verdict('inconclusive', reason);
  }
  if (found.length < written.length) {
    const lost = written.length - found.length;
    const said = refused === undefined || refused === null ? '' : ` It refused one: ${refused}.`;
    return verdict(
      'fail',
      `${grouped(lost)} of ${lines(written.length)} ${lost === 1 ? 'was' : 'were'} not found within ${within}.${said}`,
    );
  }
  const figures = `median ${shownMs(middle(found))}, longest ${shownMs(Math.max(...found))}, each up to ${shownMs(seen.everyMs)} less`;
  const slow = found.filter((delayMs) => delayMs > store.withinMs).length;
  if (slow > 0) return verdict('fail', `${lines(slow)} took longer than ${within}: ${figures}.`);
  const counted = `${lines(found.length)} were found: ${figures}.`;
  return failed === undefined
    ? verdict('pass', counted)
    : verdict('inconclusive', `${counted} Others could not be written: ${failed.error}.`);
}

function clock(markers: readonly Marker[], name: string): Check {
  const [id, title] = [`clock.${name}`, `${name}: lines have the time at which they were written`];
  const found = markers.filter(({ delayMs }) => delayMs !== null);
  const offs = found.flatMap(({ offMs }) => offMs ?? []);
  if (offs.length === 0)
    return found.length === 0
      ? check(id, title, 'inconclusive', 'No line was found that could show it.')
      : check(id, title, 'fail', 'Lines have no time that can be read.');
  const off = middle(offs);
  const hours = Math.abs(off) / 3_600_000;
  const zone =
    hours > 0.4 && Math.abs(hours * 4 - Math.round(hours * 4)) < 0.01
      ? ' It looks like the offset of a time zone.'
      : '';
  return Math.abs(off) > clockMs
    ? check(id, title, 'fail', `Their times are ${shownMs(Math.abs(off))} ${off < 0 ? 'behind' : 'ahead'}.${zone}`)
    : check(id, title, 'pass', `They differ by ${shownMs(Math.abs(off))}.`);
}

function special(
  markers: readonly Marker[],
  { by, error }: Of<'markers'>,
  { id, title, what, within }: { id: string; title: string; what(marker: Marker): string; within: number },
): Check[] {
  if (markers.length === 0) return [];
  if (error !== null) return [check(id, title, 'inconclusive', `They could not be looked for: ${error}.`)];
  const failed = markers.find((one) => one.error !== null);
  if (failed !== undefined) return [check(id, title, 'inconclusive', `They could not be written: ${failed.error}.`)];
  const lost = markers.filter(({ delayMs }) => delayMs === null);
  const [first] = lost;
  if (first === undefined) return [check(id, title, 'pass', `All ${grouped(markers.length)} were found.`)];
  const quiet =
    by === 'push' ? 'it was taken without an error, and is not there' : `it is not there after ${shownMs(within)}`;
  const reason = first.refused ?? quiet;
  return [
    check(
      id,
      title,
      'fail',
      `${grouped(lost.length)} of ${grouped(markers.length)} ${lost.length === 1 ? 'is' : 'are'} lost, first ${what(first)}: ${reason}.`,
    ),
  ];
}

export function ofCounted(counted: Of<'counted'>, dropped: Of<'dropped'> | undefined): Check {
  const { store, written, missing, by, causes, error, duplicates, files } = counted;
  const [id, title] = [`lost.${store}`, `${store}: every line that was written is there`];
  if (error !== null) return check(id, title, 'inconclusive', `They could not be counted: ${error}.`);
  if (written === 0)
    return check(
      id,
      title,
      'inconclusive',
      `Nothing was written to ${files === 1 ? 'the file' : 'the files'} meanwhile.`,
    );
  const how = by === 'count' ? ' Only their numbers were compared: lines are not as they were written.' : '';
  const twice = duplicates > 0 ? ` ${lines(duplicates)} are there more often than they were written.` : '';
  if (missing === 0) return check(id, title, 'pass', `${lines(written)} were written and found.${how}${twice}`);
  const [cause] = [...causes].sort((a, b) => b.lines - a.lines);
  const known = cause === undefined ? '' : ` Of ${grouped(cause.lines)} of them the field ${cause.cause}.`;
  const [rise] = dropped?.rise ?? [];
  const counts = rise === undefined ? '' : ` It counted ${lines(rise.lines)} as dropped: ${rise.reason}.`;
  return check(
    id,
    title,
    'fail',
    `${lines(missing)} of ${grouped(written)} ${missing === 1 ? 'is' : 'are'} lost.${known}${counts}${how}`,
  );
}

export function ofInstances(read: Of<'lines'> | undefined, seen: Of<'markers'> | undefined, name: string): Check[] {
  const [id, title] = [`instances.${name}`, `${name}: each instance’s lines arrive`];
  if (read === undefined || read.error !== null || read.expected.length === 0) return [];
  const absent = read.expected.filter((instance) => (read.instances[instance] ?? 0) === 0);
  const named = Object.keys(read.instances).filter((instance) => instance !== '');
  if (absent.length === 0)
    return [check(id, title, 'pass', `Lines of all ${grouped(read.expected.length)} are there.`)];
  if (named.length === 0 && read.looked > 0)
    return [
      check(
        id,
        title,
        'fail',
        `No line names its instance, so it is not known whose ${grouped(read.looked)} lines these are.`,
      ),
    ];
  const isAsked = seen?.markers.some(({ error }) => error === null) === true;
  const reason = `No line of ${absent.join(', ')} is there; lines of ${named.join(', ') || 'none other'} are.`;
  return [
    isAsked
      ? check(id, title, 'fail', reason)
      : check(id, title, 'inconclusive', `${reason} No request reached them, so they may have had nothing to write.`),
  ];
}

export function ofLines(read: Of<'lines'> | undefined, name: string): Check[] {
  const [fields, levels] = [`${name}: lines have the fields that are required`, `${name}: levels are known ones`];
  const none = (reason: string) => [
    check(`fields.${name}`, fields, 'inconclusive', reason),
    check(`levels.${name}`, levels, 'inconclusive', reason),
  ];
  if (read === undefined) return none('No line was read.');
  if (read.error !== null) return none(`No line could be read: ${read.error}.`);
  if (read.looked === 0) return none('There is no line of that time.');
  const lacking = read.missing.filter((one) => one.lines > 0);
  const wanted = read.missing.map(({ field }) => field).join(', ');
  const seen = Object.entries(read.levels).sort((a, b) => b[1] - a[1]);
  return [
    lacking.length === 0
      ? check(`fields.${name}`, fields, 'pass', `All ${lines(read.looked)} have ${wanted}.`)
      : check(
          `fields.${name}`,
          fields,
          'fail',
          `Of ${lines(read.looked)}, ${lacking.map((one) => `${grouped(one.lines)} have no ${one.field}`).join('; ')}.`,
        ),
    read.unknownLevels.length > 0
      ? check(`levels.${name}`, levels, 'fail', `Nobody knows the level ${read.unknownLevels.slice(0, 5).join(', ')}.`)
      : seen.length === 0
        ? check(`levels.${name}`, levels, 'inconclusive', 'No line has a level.')
        : check(
            `levels.${name}`,
            levels,
            'pass',
            `${seen.map(([level, count]) => `${level} ${grouped(count)}`).join(', ')}.`,
          ),
  ];
}

export function ofPersonal(read: Of<'lines'> | undefined, name: string): Check[] {
  const [id, title] = [`personal.${name}`, `${name}: no personal data and no secret is in the lines`];
  if (read === undefined || read.error !== null || read.looked === 0)
    return [check(id, title, 'inconclusive', 'No line was looked at.')];
  if ((read.canaries ?? 0) > 0) {
    const reason = `A secret that was sent in the headers authorization and cookie stands in ${lines(read.canaries ?? 0)}.`;
    return [check(id, title, 'fail', reason)];
  }
  const [first] = read.personal;
  const asked = read.canaries === null ? '' : ' A secret that was sent in headers is in none.';
  if (first === undefined) return [check(id, title, 'pass', `Nothing was found in ${lines(read.looked)}.${asked}`)];
  const shown = read.personal.slice(0, 4).map((one) => `${one.kind} in ${one.field} of ${lines(one.lines)}`);
  return first.isSure
    ? [check(id, title, 'fail', `Found: ${shown.join('; ')}.`)]
    : [
        check(
          id,
          title,
          'inconclusive',
          `A person has to look at: ${shown.join('; ')}. What may be there is named by personalData.`,
        ),
      ];
}

export function ofRate(rate: Of<'rate'>): Check {
  const { store, of, logs, metrics, within, error } = rate;
  const [id, title] = [`error-rate.${store}`, `${store}: the error rate from lines is that of metrics`];
  if (error !== null || logs === null || metrics === null)
    return check(id, title, 'inconclusive', `They were not compared: ${error ?? 'there are no counters'}.`);
  if (logs.requests === 0 || metrics.requests <= 0) {
    const reason = `Lines tell of ${grouped(logs.requests)} requests, ${of} of ${grouped(metrics.requests)}.`;
    const isLost = metrics.requests > underWay && logs.requests === 0;
    return check(id, title, isLost ? 'fail' : 'inconclusive', reason);
  }
  const share = (one: { requests: number; errors: number }) => one.errors / one.requests;
  const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
  const both = `From lines ${percent(share(logs))} (${grouped(logs.errors)} of ${grouped(logs.requests)}), from ${of} ${percent(share(metrics))} (${grouped(Math.round(metrics.errors))} of ${grouped(Math.round(metrics.requests))}).`;
  const slack = within + underWay / Math.max(logs.requests, metrics.requests);
  return check(id, title, Math.abs(share(logs) - share(metrics)) > slack ? 'fail' : 'pass', both);
}

export function ofDropped(dropped: Of<'dropped'> | undefined, name: string): Check[] {
  const [id, title] = [`dropped.${name}`, `${name}: it refuses and drops nothing`];
  if (dropped === undefined || dropped.rise === null) return [];
  const [first] = dropped.rise;
  if (first === undefined) return [check(id, title, 'pass', 'Its own counters show nothing new.')];
  const reason = `It counted ${lines(first.lines)} as dropped meanwhile: ${first.reason}. They may be others’.`;
  return [check(id, title, 'inconclusive', reason)];
}
