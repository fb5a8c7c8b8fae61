import { visibleText } from '../visible-text.ts';
import {
  bar,
  bytes,
  chart,
  counted,
  createPen,
  cut,
  type DrawOptions,
  duration,
  figure,
  flow,
  number,
  type Pen,
  type Piece,
  percent,
  plain,
} from './draw-text.ts';
import type { Inspection, Spread } from './inspect.ts';
import type { RouteFigures } from './route-table.ts';

const shownRoutes = 15;
const shownNames = 8;
const labelColumns = 10;
const chartRows = 4;

/** A recorded name as it may be printed. */
function shown(name: string, pen: Pen): string {
  const text = visibleText(name, 20_000);
  return pen.unicode ? text : text.replace(/[^ -~]/gu, '?');
}

function separator(pen: Pen): string {
  return pen.unicode ? ' · ' : ', ';
}

function piece(text: string, style: (text: string) => string): Piece {
  return [style(text), [...text].length];
}

function heading(inspection: Inspection, pen: Pen): string[] {
  const { name, requests, sessions, durationMs, startedAt, privacy, timeResolutionMs } = inspection;
  const finest = pen.unicode ? '1 µs' : '1 us';
  const resolution =
    timeResolutionMs < 1 ? finest : timeResolutionMs < 1000 ? `${timeResolutionMs} ms` : '1 s, spread within';
  const facts = [
    plain(counted(requests, 'request')),
    plain(counted(sessions, 'session')),
    plain(duration(durationMs, pen)),
    ...(startedAt === null ? [] : [plain(`from ${startedAt.slice(0, 19).replace('T', ' ')} UTC`)]),
    privacy === 'raw' ? piece('raw, not anonymized', pen.warn) : plain('anonymized'),
    plain(`times to ${resolution}`),
  ];
  return [pen.bold(cut(shown(name, pen), pen.width, pen.unicode)), ...flow('', 0, facts, separator(pen), pen)];
}

function rate({ rate, durationMs }: Inspection, pen: Pen): string[] {
  const columns = pen.width - labelColumns;
  const top = `${figure(Math.max(...rate.perSecond, 0), pen)}/s`;
  const lines = chart(rate.perSecond, columns, chartRows, pen.unicode).map((line, row) => {
    const axis = row === 0 ? `${top} `.padStart(labelColumns).slice(-labelColumns) : ' '.repeat(labelColumns);
    return pen.dim(axis) + pen.accent(line);
  });
  const [ten, hundred, second] = rate.dispersion.map(({ value }) => figure(value, pen));
  const facts = [
    `${figure(rate.averagePerSecond, pen)}/s on average`,
    `${number(rate.peakPerSecond)} in the fullest second, ${duration(rate.peakAtMs, pen)} in`,
  ];
  const bursts = [`${ten} at 10 ms`, `${hundred} at 100 ms`, `${second} at 1 s`, ...(rate.sampled ? ['sampled'] : [])];
  return [
    ...flow('rate', labelColumns, facts.map(plain), separator(pen), pen),
    ...lines,
    ' '.repeat(labelColumns) + pen.dim(`0${duration(durationMs, pen).padStart(columns - 1)}`),
    ...flow('bursts', labelColumns, ['variance/mean', ...bursts].map(plain), '  ', pen),
  ];
}

function spreadLines(
  name: string,
  { p50, p95, max }: Spread,
  show: (value: number | null) => string,
  pen: Pen,
): string[] {
  const pieces = [p50, p95, max].map((value, index): Piece => {
    const title = ['p50', 'p95', 'max'][index] ?? '';
    const text = show(value);
    return [`${pen.dim(title)} ${text}`, title.length + 1 + text.length];
  });
  return flow(name, labelColumns, pieces, '  ', pen);
}

function sessions({ sessionRequests, sessionSeconds, thinkMs }: Inspection, pen: Pen): string[] {
  const seconds = (value: number | null) => duration(value === null ? null : value * 1000, pen);
  return [
    ...spreadLines('session', sessionRequests, (value) => `${figure(value, pen)} req`, pen),
    ...spreadLines('', sessionSeconds, seconds, pen),
    ...spreadLines('think', thinkMs, (value) => duration(value, pen), pen),
  ];
}

function mix(inspection: Inspection, pen: Pen): string[] {
  const { statuses, methods, requests, shares } = inspection;
  const share = (count: number) => percent(requests === 0 ? 0 : count / requests);
  const statusPieces = statuses.slice(0, shownNames).map(({ status, requests: count }) => {
    const text = `${status ?? 'none'} ${share(count)}`;
    if (status === null || status < 400) return plain(text);
    return piece(text, status < 500 ? pen.warn : pen.bad);
  });
  const methodPieces = methods
    .slice(0, shownNames)
    .map(({ method, requests: count }) => plain(`${cut(shown(method, pen), 20, pen.unicode)} ${share(count)}`));
  const recorded = [
    `bodies ${percent(shares.requestBody)}`,
    `responses ${percent(shares.responseBody)}`,
    `response times ${percent(shares.duration)}`,
    `${bytes(inspection.responseBytes)} answered`,
  ].map(plain);
  return [
    ...flow('status', labelColumns, statusPieces, '  ', pen),
    ...flow('methods', labelColumns, methodPieces, '  ', pen),
    ...flow('recorded', labelColumns, recorded, '  ', pen),
  ];
}

function routeRow(route: RouteFigures, nameColumns: number, barColumns: number, topShare: number, pen: Pen): string {
  const name = cut(shown(`${route.method} ${route.route}`, pen), nameColumns, pen.unicode);
  const failed = route.statuses['4xx'] + route.statuses['5xx'];
  const failedText = (failed === 0 ? '' : percent(failed / route.requests)).padStart(9);
  const times = [route.durationMs?.p50, route.durationMs?.p95]
    .map((value) => figure(value ?? null, pen).padStart(8))
    .join('');
  return [
    name.padEnd(nameColumns + name.length - [...name].length),
    number(route.requests).padStart(11),
    percent(route.share).padStart(8),
    barColumns > 0 ? ` ${pen.accent(bar(route.share / topShare, barColumns, pen.unicode))}` : '',
    failed > 0 && route.statuses['5xx'] * 2 >= failed ? pen.bad(failedText) : pen.warn(failedText),
    times,
  ].join('');
}

function routes({ routes: all }: Inspection, pen: Pen): string[] {
  const listed = all.slice(0, shownRoutes);
  const figures = 11 + 8 + 9 + 8 + 8;
  const longest = Math.max(12, ...listed.map(({ method, route }) => [...shown(`${method} ${route}`, pen)].length));
  const barColumns = pen.width >= 90 ? Math.min(20, pen.width - figures - 32) : 0;
  const nameColumns = Math.min(longest, Math.max(12, pen.width - figures - (barColumns > 0 ? barColumns + 1 : 0)));
  const title = [
    'route'.padEnd(nameColumns),
    'requests'.padStart(11),
    'share'.padStart(8),
    ' '.repeat(barColumns > 0 ? barColumns + 1 : 0),
    '4xx+5xx'.padStart(9),
    'p50 ms'.padStart(8),
    'p95 ms'.padStart(8),
  ].join('');
  const top = listed[0]?.share ?? 1;
  const lines = listed.map((route) => routeRow(route, nameColumns, barColumns, top, pen));
  const rest = all.length - listed.length;
  return [pen.dim(title), ...lines, ...(rest > 0 ? [pen.dim(`and ${number(rest)} more`)] : [])];
}

function leftOut({ notReplayable }: Inspection, pen: Pen): string[] {
  if (notReplayable.length === 0) return [];
  const pieces = notReplayable
    .slice(0, shownNames)
    .map(({ kind, count }) => piece(`${number(count)} ${cut(shown(kind, pen), 40, pen.unicode)}`, pen.warn));
  return ['', ...flow('left out', labelColumns, pieces, '  ', pen)];
}

/** Draws an inspection for a terminal, no line wider than `width` (at least 60 columns); control characters are made visible. */
export function drawInspection(inspection: Inspection, options: DrawOptions): string {
  const pen = createPen(options);
  const lines = [
    ...heading(inspection, pen),
    '',
    ...rate(inspection, pen),
    '',
    ...sessions(inspection, pen),
    ...mix(inspection, pen),
    '',
    ...routes(inspection, pen),
    ...leftOut(inspection, pen),
  ];
  return `${lines.join('\n')}\n`;
}
