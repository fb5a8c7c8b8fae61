import { withFullStop } from '../../../gate/words.ts';
import type { Cases } from './cases.ts';
import type { CaseState } from './result.ts';

const deepest = 100;
const longestNote = 4000;

interface Point {
  name: string;
  readonly state: CaseState;
  /** What its directive or its diagnostics say. */
  message: string;
  durationMs: number | null;
  /** A brace stands after it: its subtest follows, up to the closing one. */
  holds: boolean;
}

interface Level {
  /** Of its subtest; empty at the outermost. */
  readonly indent: number;
  readonly outside: readonly string[];
  /** The point that it is of, where it stands between braces. */
  readonly holder: Point | null;
  /** Its program says that it prints nothing but TAP. */
  isStrict: boolean;
  planned: number | null;
  isPlanFirst: boolean;
  seen: number;
  failed: number;
  /** Of the subtest whose lines are over and whose own line comes next. */
  inner: { failed: number; cases: number } | null;
  cases: number;
}

const pointPattern = /^(ok|not ok)(?!\S)[ \t]*(\d+)?[ \t]*(?:- )?(.*)$/;
const planPattern = /^1\.\.(\d+)(?:\s*#\s*(.*))?$/;

/**
 * TAP 12 to 14: plans, directives, subtests by their indent or between braces, diagnostics. A test with subtests counts only where it failed and none of them did.
 * Lines that are no TAP are what the program printed, and are passed over.
 */
export function readTap(text: string, out: Cases): void {
  const levels: Level[] = [level(0, [], null, false)];
  let last = null as { point: Point; place: readonly string[]; from: Level } | null;
  let yaml: { indent: number; lines: string[]; length: number } | null = null;
  /** Titles of subtests by the indent of their comment. */
  let titles: { indent: number; title: string }[] = [];
  let isOver = false;
  const flush = () => {
    if (last === null) return;
    // Nothing stood between its braces: it has one in its name.
    if (last.point.holds) last.point.name += ' {';
    out.add({ place: last.place, ...last.point });
    last.from.cases += 1;
    last = null;
  };
  /** What a point comes to, with what its subtest had. */
  const settle = (current: Level, point: Point) => {
    const { inner } = current;
    current.inner = null;
    if (inner !== null && inner.cases > 0) {
      current.cases += inner.cases;
      // The line of a subtest that is over says no more than its inner ones, unless it failed alone.
      if (!(point.state === 'failed' && inner.failed === 0)) {
        if (point.state === 'passed' && inner.failed > 0)
          out.fault(`${JSON.stringify(point.name.slice(0, 100))} passed although a test within it failed.`);
        return;
      }
    }
    const named = titles.some((one) => one.indent === current.indent && one.title === point.name);
    if (named && point.state === 'passed' && out.isSilentFile(point.name)) return;
    last = { point, place: current.outside, from: current };
  };
  const endDeepest = () => {
    flush();
    const { holder } = endLevel(levels, out);
    if (holder !== null) settle(levels.at(-1) as Level, holder);
  };

  for (const raw of text.split(/\r?\n/)) {
    if (isOver) break;
    const line = plain(raw);
    const indent = line.length - line.trimStart().length;
    const body = line.slice(indent).trimEnd();
    if (yaml !== null) {
      if (body === '...' && indent <= yaml.indent) {
        if (last !== null) addDiagnostics(last.point, yaml.lines);
        yaml = null;
        continue;
      }
      const isResult = /^(not )?ok\b|^1\.\.\d+|^Bail out!/.test(body);
      if (isResult && (indent < yaml.indent || (indent === yaml.indent && /^(not )?ok \d+\b/.test(body)))) {
        // A test printed its beginning, or its end is missing.
        out.fault(`${JSON.stringify(body.slice(0, 100))} stands in the middle of the diagnostics of a test.`);
        yaml = null;
      } else if (yaml.length < longestNote) {
        yaml.lines.push(line.slice(yaml.indent));
        yaml.length += line.length;
        continue;
      } else continue;
    }
    if (body === '---' && last !== null && indent > last.from.indent) {
      yaml = { indent, lines: [], length: 0 };
      continue;
    }
    const bail = /^Bail out!\s*(.*)$/i.exec(body);
    if (bail !== null) {
      flush();
      out.fault(withFullStop(`The program gave up: ${bail[1]?.slice(0, 200) || 'no reason is given'}`));
      isOver = true;
      continue;
    }
    const comment = /^# Subtest(?::\s*(.*))?$/.exec(body);
    if (comment !== null) {
      if (indent === last?.from.indent) flush();
      titles = [...titles.filter((one) => one.indent < indent), { indent, title: unescaped(comment[1] ?? '') }];
      continue;
    }
    if (body === '}') {
      const held = levels.findIndex(({ holder }, at) => holder !== null && levels[at - 1]?.indent === indent);
      if (held > 0) while (levels.length > held) endDeepest();
      else if (last?.point.holds === true && indent === last.from.indent) last.point.holds = false;
      if (held > 0 || indent === last?.from.indent) continue;
    }
    if (body === '{' && indent === last?.from.indent) {
      last.point.holds = true;
      continue;
    }
    const pragma = /^pragma ([+-])strict$/.exec(body)?.[1];
    if (pragma !== undefined) (levels.at(-1) as Level).isStrict = pragma === '+';
    const plan = planPattern.exec(body);
    const point = plan === null ? pointPattern.exec(body) : null;
    if (plan === null && point === null) {
      if (/^not ok\s+\d+\b/i.test(body)) notRead(body, out);
      else if (levels.at(-1)?.isStrict === true && !/^($|#|pragma |TAP version \d)/i.test(body))
        out.fault(`${JSON.stringify(body.slice(0, 100))} is no TAP, and it says that it holds nothing else.`);
      continue;
    }
    // A line of another depth ends what is deeper, or begins a subtest.
    while (levels.length > 1 && indent < (levels.at(-1)?.indent ?? 0)) {
      endDeepest();
    }
    let current = levels.at(-1) as Level;
    if (indent > current.indent) {
      if (indent % 4 !== 0 && indent !== current.indent + 2) {
        if (point?.[1] === 'not ok' && point[2] !== undefined) notRead(body, out);
        continue;
      }
      const holder = last?.point.holds === true && last.from === current ? last.point : null;
      if (holder === null) flush();
      else holder.holds = false;
      last = null;
      if (levels.length >= deepest) {
        out.fault(`Its subtests are nested more than ${deepest} deep.`);
        return;
      }
      // Where the comment stands: before the subtest (TAP 14), or as its first line.
      const title =
        holder?.name ?? titles.findLast((one) => one.indent === current.indent || one.indent === indent)?.title;
      const outside = title === undefined ? current.outside : [...current.outside, title];
      current = level(indent, outside, holder, current.isStrict);
      levels.push(current);
    }
    if (plan !== null) {
      flush();
      setPlan(current, Number(plan[1]), plan[2], out);
      continue;
    }
    flush();
    const read = pointOf(point as RegExpExecArray);
    current.seen += 1;
    if (read.number !== null && read.number !== current.seen)
      out.fault(`Test ${current.seen} of ${placeName(current)} has the number ${read.number}.`);
    if (read.point.state === 'failed') current.failed += 1;
    settle(current, read.point);
  }
  if (yaml !== null) out.fault('It stops in the middle of the diagnostics of a test.');
  while (levels.length > 1) {
    endDeepest();
    if (!isOver) out.fault('It stops in the middle of a subtest.');
  }
  flush();
  if (!isOver) checkPlan(levels[0] as Level, out);
}

/** It may be what a program printed, or a test that failed. */
function notRead(body: string, out: Cases): void {
  out.fault(
    `${JSON.stringify(body.slice(0, 100))} has not the form or the place of a result, and may be one that failed.`,
  );
}

/** Without the colours of a terminal. */
function plain(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return line.includes('\x1b') ? line.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '') : line;
}

function level(indent: number, outside: readonly string[], holder: Point | null, isStrict: boolean): Level {
  const counts = { planned: null, isPlanFirst: false, seen: 0, failed: 0, inner: null, cases: 0 };
  return { indent, outside, holder, isStrict, ...counts };
}

function endLevel(levels: Level[], out: Cases): Level {
  const ended = levels.pop() as Level;
  checkPlan(ended, out);
  const outer = levels.at(-1);
  if (outer !== undefined) outer.inner = { failed: ended.failed, cases: ended.cases };
  return ended;
}

function placeName({ outside }: Level): string {
  return outside.length === 0 ? 'the file' : JSON.stringify(outside.join(' › ').slice(0, 100));
}

function setPlan(current: Level, planned: number, directive: string | undefined, out: Cases): void {
  if (current.planned !== null) out.fault(`There are two plans in ${placeName(current)}.`);
  current.planned = planned;
  current.isPlanFirst = current.seen === 0;
  if (planned === 0 && directive !== undefined)
    out.add({ place: current.outside, name: '(all)', state: 'skipped', message: directive });
}

function checkPlan(ended: Level, out: Cases): void {
  const { planned, seen } = ended;
  if (planned === null) {
    out.fault(`There is no plan in ${placeName(ended)}, so whether all of it is there cannot be known.`);
  } else if (planned !== seen) {
    out.fault(`${planned} tests are planned in ${placeName(ended)}, and ${seen} have a result.`);
  }
}

function pointOf(match: RegExpExecArray): { point: Point; number: number | null } {
  const [, word = '', number, line = ''] = match;
  const outer = unbraced(line);
  const timed = /(?:^|\s)# time=([\d.]+)(ms|s)$/.exec(outer);
  const untimed = timed === null ? outer : outer.slice(0, timed.index).trimEnd();
  const rest = unbraced(untimed);
  const directive = /(?:^|[^\\])#\s*(skip(?:ped)?|todo)(?![\w-])\s*:?\s*(.*)$/i.exec(rest);
  const kind = directive?.[1]?.toLowerCase() ?? '';
  const name = directive === null ? rest : rest.slice(0, rest.lastIndexOf('#', directive.index + 1));
  const state: CaseState = kind.startsWith('skip')
    ? 'skipped'
    : kind === 'todo'
      ? 'todo'
      : word === 'ok'
        ? 'passed'
        : 'failed';
  const point: Point = {
    name: unescaped(name.trim()) || `test ${number ?? ''}`.trim(),
    state,
    message: directive?.[2] ?? '',
    durationMs: timed === null ? null : Number(timed[1]) * (timed[2] === 's' ? 1000 : 1),
    holds: outer !== line || rest !== untimed,
  };
  return { point, number: number === undefined ? null : Number(number) };
}

function addDiagnostics(point: Point, lines: readonly string[]): void {
  const duration = lines.map((line) => /^duration_ms:\s*([\d.]+)/.exec(line)?.[1]).find((value) => value !== undefined);
  if (duration !== undefined) point.durationMs = Number(duration);
  if (point.state !== 'failed' || point.message !== '') return;
  const at = lines.findIndex((line) => /^(error|message):/.test(line));
  if (at < 0) return;
  const first = (lines[at] ?? '').replace(/^\w+:\s*/, '').replace(/^\|-?$/, '');
  const more = lines.slice(at + 1);
  const end = more.findIndex((line) => /^\S/.test(line));
  point.message = [first, ...(first === '' ? more.slice(0, end < 0 ? undefined : end) : [])]
    .join('\n')
    .trim()
    .replace(/^'(.*)'$/s, '$1');
}

/** Without the brace that opens its subtest. */
function unbraced(text: string): string {
  return text === '{' || /\s\{$/.test(text) ? text.slice(0, -1).trimEnd() : text;
}

function unescaped(text: string): string {
  return text.replace(/\\([#\\])/g, '$1');
}
