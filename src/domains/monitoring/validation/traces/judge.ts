import { grouped } from '../../../../gate/words.ts';
import { type Check, check, type Judged, type Recorded } from '../../../part.ts';
import type { Evidence, Traces } from './evidence.ts';

const shownMs = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
type Trace = Traces['traces'][number];

export function judge(recorded: readonly Recorded<Evidence>[], ended: boolean): Judged {
  const found = recorded.map(({ data }) => data).find((each): each is Traces => each.kind === 'traces');
  const off = recorded.map(({ data }) => data).find((each) => each.kind === 'off');
  if (found === undefined) {
    const reason =
      off?.kind === 'off' ? `Tracing is not on: ${off.why}.` : ended ? 'No trace was looked for.' : 'Not looked at.';
    return { checks: [check('found', 'A request’s trace is found', 'inconclusive', reason)], figures: [] };
  }
  const { traces, withinMs, of, services, database, error } = found;
  const answered = traces.filter((trace) => trace.answered !== null);
  const seen = answered.filter((trace) => trace.seen !== null);
  const delays = seen.flatMap(({ delayMs }) => delayMs ?? []);
  const checks = [isFound(found, answered, seen)];
  if (seen.length > 0)
    checks.push(
      goesOn(seen),
      connected(seen),
      ...(services.length === 0 ? [] : [allServices(seen, services)]),
      ...(database ? [toDatabase(seen)] : []),
      agrees(seen),
    );
  const gaps = [
    ...(error === null ? [] : [`${of}: ${error}`]),
    ...(services.length === 0 ? ['services: none is named that must have spans'] : []),
    ...traces
      .filter((trace) => trace.seen === null)
      .map(({ request, error: failed }) => `${request}: ${failed ?? 'no trace'}`),
  ];
  return {
    checks,
    figures: [
      { name: 'Traces found', value: `${grouped(seen.length)} of ${grouped(traces.length)}` },
      ...(delays.length === 0
        ? []
        : [
            {
              name: `Longest until a trace was whole (at most ${shownMs(withinMs)})`,
              value: shownMs(Math.max(...delays)),
            },
          ]),
    ],
    tables: [
      {
        title: 'Traces',
        head: ['Request', 'Answer', 'Services', 'Spans', 'Whole after'],
        rows: traces.map((trace) => [
          trace.request,
          String(trace.answered ?? trace.error),
          trace.seen?.services.join(', ') ?? '',
          String(trace.seen?.spans ?? 0),
          trace.delayMs === null ? 'never' : shownMs(trace.delayMs),
        ]),
        figures: 2,
      },
    ],
    coverage: [{ of: 'traces', covered: seen.length, total: traces.length, gaps: [...new Set(gaps)] }],
  };
}

function isFound({ traces, withinMs, of, error }: Traces, answered: readonly Trace[], seen: readonly Trace[]): Check {
  const verdict = (state: Check['verdict'], reason: string) =>
    check('found', 'A request’s trace is found', state, reason);
  if (traces.length === 0) return verdict('inconclusive', 'There was nothing to request.');
  if (answered.length === 0) return verdict('inconclusive', `No request was answered: ${traces[0]?.error}.`);
  if (error !== null && seen.length < answered.length)
    return verdict('inconclusive', `${of} could not be asked: ${error}.`);
  const figures = `${grouped(seen.length)} of ${grouped(answered.length)} traces were found in ${of}`;
  return seen.length === answered.length
    ? verdict('pass', `${figures} by the id of their traceparent header.`)
    : verdict('fail', `${figures} within ${shownMs(withinMs)}. All requests asked for a trace.`);
}

function each(
  id: string,
  title: string,
  bad: readonly Trace[],
  all: readonly Trace[],
  what: (first: Trace) => string,
  good: string,
): Check {
  const [first] = bad;
  return first === undefined
    ? check(id, title, 'pass', good)
    : check(
        id,
        title,
        'fail',
        `${grouped(bad.length)} of ${grouped(all.length)} traces, first that of ${first.request}: ${what(first)}.`,
      );
}

const goesOn = (seen: readonly Trace[]) =>
  each(
    'goes-on',
    'It goes on from the request',
    seen.filter((trace) => trace.seen?.goesOn === false),
    seen,
    () => 'no span is the child of the request’s own',
    'Each has a span that is the child of the request’s own.',
  );

const connected = (seen: readonly Trace[]) =>
  each(
    'connected',
    'No span’s parent is missing',
    seen.filter((trace) => (trace.seen?.orphans ?? 0) > 0 || (trace.seen?.roots ?? 0) > 0),
    seen,
    ({ seen: one }) =>
      (one?.orphans ?? 0) > 0
        ? `${grouped(one?.orphans ?? 0)} of ${grouped(one?.spans ?? 0)} spans name a parent that is not there`
        : `${grouped(one?.roots ?? 0)} spans have no parent, so the trace falls apart`,
    'Every span has its parent.',
  );

const allServices = (seen: readonly Trace[], services: readonly string[]) =>
  each(
    'services',
    'Spans of every service are there',
    seen.filter((trace) => (trace.seen?.absent.length ?? 0) > 0),
    seen,
    ({ seen: one }) => `none of ${one?.absent.join(', ')}`,
    `Each has spans of ${services.join(', ')}.`,
  );

const toDatabase = (seen: readonly Trace[]) =>
  each(
    'database',
    'It reaches the database',
    seen.filter((trace) => trace.seen?.reachesDatabase === false),
    seen,
    () => 'no span is a call of a database',
    'Each has a span of a database call.',
  );

function agrees(seen: readonly Trace[]): Check {
  const [id, title] = ['status', 'Its status is that of the answer'];
  const silent = seen.filter((trace) => trace.seen?.status === null);
  const other = seen.filter(
    ({ answered, seen: one }) => one !== null && one.status !== null && one.status !== answered,
  );
  const quiet = seen.filter(({ answered, seen: one }) => (answered ?? 0) >= 500 && one?.saysError === false);
  const bad = [...other, ...quiet];
  if (bad.length === 0 && silent.length > 0)
    return check(
      id,
      title,
      'inconclusive',
      `${grouped(silent.length)} of ${grouped(seen.length)} traces have no HTTP status.`,
    );
  const failed = seen.filter(({ answered }) => (answered ?? 0) >= 500).length;
  return each(
    id,
    title,
    bad,
    seen,
    ({ answered, seen: one }) =>
      one?.status !== answered
        ? `it says ${one?.status}, the answer was ${answered}`
        : `no span says that it failed, the answer was ${answered}`,
    failed === 0
      ? 'Each says the status of its answer; none was an error.'
      : `Each says the status of its answer; ${grouped(failed)} failed, and say so.`,
  );
}
