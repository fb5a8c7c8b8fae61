import { plural } from '../../../report-kit/format.ts';
import { type Check, type Coverage, check, type Judged, type Recorded, type Table } from '../../part.ts';
import type { ContractEvidence, FoundProblem, HeldEvidence } from './evidence.ts';
import { judgeMadeUp } from './judge-made-up.ts';
import { judgeMessages } from './messages.ts';

type Kind = FoundProblem['kind'];

const questions: readonly { id: string; title: string; kinds: readonly Kind[]; noun: readonly [string, string] }[] = [
  {
    ...{ id: 'routes', title: 'Every route and method that answers is documented' },
    ...{ kinds: ['unknown-route', 'unknown-method'], noun: ['that is not documented', 'that are not documented'] },
  },
  {
    ...{ id: 'statuses', title: 'Every status is documented' },
    ...{ kinds: ['unknown-status'], noun: ['that is not documented', 'that are not documented'] },
  },
  {
    ...{ id: 'content', title: 'Content types and headers are as documented' },
    ...{ kinds: ['unknown-type', 'missing-header', 'no-content'], noun: ['that differs', 'that differ'] },
  },
  {
    ...{ id: 'fields', title: 'Every field is documented' },
    ...{ kinds: ['unknown-field', 'write-only-field'], noun: ['that is not documented', 'that are not documented'] },
  },
  {
    ...{ id: 'values', title: 'Required fields are there, and types and values are as documented' },
    ...{ kinds: ['missing-field', 'wrong-type', 'wrong-value', 'wrong-format'], noun: ['that differs', 'that differ'] },
  },
];

const remedies: Readonly<Record<Kind, { risk: string; remedy: string }>> = {
  'unknown-route': {
    risk: 'Nobody reviews or tests what no document has.',
    remedy: 'Document it, or take it away; if the document is about other paths, name its own in `routes`.',
  },
  'unknown-method': { risk: 'Nobody reviews or tests what no document has.', remedy: 'Document it, or refuse it.' },
  'unknown-status': { risk: 'Clients have no code for it.', remedy: 'Document it, or answer as documented.' },
  'unknown-type': { risk: 'Clients cannot read it.', remedy: 'Answer with what is documented.' },
  'no-content': { risk: 'Clients do not know how to read it.', remedy: 'Document its content.' },
  'missing-header': { risk: 'Clients rest on it.', remedy: 'Send it, or document it as optional.' },
  'unknown-field': {
    risk: 'It may show what nobody should see, and clients begin to rest on it.',
    remedy: 'Document it, or take it out.',
  },
  'write-only-field': { risk: 'It may be a secret.', remedy: 'Take it out of answers.' },
  'missing-field': { risk: 'Clients that rest on it fail.', remedy: 'Send it, or document it as optional.' },
  'wrong-type': { risk: 'Clients that are made from the document fail.', remedy: 'Send the documented type.' },
  'wrong-value': {
    risk: 'Clients that are made from the document refuse it.',
    remedy: 'Send a documented value, or document it.',
  },
  'wrong-format': { risk: 'Clients that read it may fail.', remedy: 'Send the documented format.' },
};

const namedAtMost = 4;
const gapsAtMost = 200;

/** What answers show of the documents. What was not held against one is inconclusive. */
export function judgeContracts(evidence: readonly Recorded<ContractEvidence>[]): Judged {
  const held = evidence.flatMap(({ data }) => (data.kind === 'held' ? [data] : []));
  const unusable = evidence.flatMap(({ data }) => (data.kind === 'unusable' ? [data] : []));
  const all = held.map((one) => ({ ...one, without: one.unanswered.reduce((sum, { count }) => sum + count, 0) }));
  const messages = evidence.flatMap(({ data }) => (data.kind === 'messages' ? [data] : []));
  const madeUp = evidence.flatMap(({ data }) => (data.kind === 'made-up' ? [data] : []));
  const documents = evidence.length - messages.length - madeUp.length;
  const parts = all.map((one, i) => judgeOne(one, documents === 1 ? '' : `${i + 1}`));
  return {
    checks: [
      ...parts.flatMap(({ checks }) => checks),
      ...messages.map(judgeMessages),
      ...madeUp.map(judgeMadeUp),
      ...unusable.map(({ name, error }, i) =>
        check(`document${unusable.length === 1 ? '' : `-${i + 1}`}`, `${name}: it can be used`, 'inconclusive', error),
      ),
    ],
    figures: all.flatMap(({ document, held, sessions, without }) => [
      {
        name: 'Document',
        value: `${document.name} (OpenAPI ${document.version}, sha256:${document.sha256.slice(0, 12)})`,
      },
      { name: 'Answers held against it', value: `${held} of ${plural(sessions, 'session')}` },
      ...(without === 0 ? [] : [{ name: 'Requests without an answer', value: String(without) }]),
    ]),
    tables: parts.map(({ table }) => table),
    coverage: parts.flatMap(({ coverage }) => coverage),
  };
}

function judgeOne(one: HeldEvidence, number: string): { checks: Check[]; table: Table; coverage: Coverage[] } {
  const id = (text: string) => (number === '' ? text : `${text}-${number}`);
  const title = (text: string) => (number === '' ? text : `${one.document.name}: ${text}`);
  const { open, accepted, words: acceptedWords } = sorted(one);
  const reviewOf = ({ kind }: FoundProblem) =>
    kind === 'wrong-format' && one.document.version === '3.1'
      ? 'a format is a hint in OpenAPI 3.1'
      : kind === 'no-content'
        ? 'the document says nothing of the body of this answer'
        : null;
  const checks = questions.map((question) => {
    const found = open.filter(({ kind }) => question.kinds.includes(kind));
    const wrong = found.filter((problem) => reviewOf(problem) === null);
    const verdict = wrong.length > 0 ? 'fail' : found.length > 0 || one.held === 0 ? 'inconclusive' : 'pass';
    const reason =
      found.length === 0
        ? one.held === 0
          ? 'No answer was held against the document.'
          : `In ${plural(one.held, 'answer')} there is none that differs.`
        : `${plural(found.length, 'thing')} ${found.length === 1 ? question.noun[0] : question.noun[1]}${wrong.length === 0 ? `, which needs review, since ${reviewOf(found[0] as FoundProblem)}` : ''}: ${namesOf(found)}.`;
    return check(id(question.id), title(question.title), verdict, reason);
  });
  checks.push(wholeness(one, id, title));
  if (one.accepted.length > 0) {
    const { late, unused } = acceptedWords;
    checks.push(
      check(
        id('accepted'),
        title('What is accepted is still valid and there'),
        late.length + unused.length > 0 ? 'inconclusive' : 'pass',
        [
          `${plural(accepted, 'difference is', 'differences are')} accepted by the configuration.`,
          late.length > 0 ? `Past their last day: ${late.join(', ')}.` : '',
          unused.length > 0 ? `Not seen: ${unused.join(', ')}.` : '',
        ]
          .filter(Boolean)
          .join(' '),
      ),
    );
  }
  return { checks, table: tableOf(open, one, title), coverage: coverageOf(one) };
}

/** Whether enough was looked at for the other checks to mean something. */
function wholeness(one: HeldEvidence, id: (text: string) => string, title: (text: string) => string): Check {
  const { operations, external } = one.document;
  const shown = succeeded(one).size;
  const share = operations.length === 0 ? 0 : (100 * shown) / operations.length;
  const never = one.unanswered.filter(({ answered }) => answered === 0);
  const why = [
    operations.length === 0 ? 'The document has no operation.' : '',
    shown === 0 ? 'No operation of the document answered with success.' : '',
    shown > 0 && share < one.operationsPercent
      ? `${shown} of ${plural(operations.length, 'operation')} answered with success (${share.toFixed(0)} %), and ${one.operationsPercent} % are wanted.`
      : '',
    one.notLoggedIn === undefined
      ? ''
      : `${plural(one.notLoggedIn.sessions, 'session was', 'sessions were')} not logged in, and ${plural(one.notLoggedIn.answers, 'answer')} refused them: ${one.notLoggedIn.routes.slice(0, namedAtMost).join(', ')} was not sent (replay.writes).`,
    one.stopped === null ? '' : `Not all was asked: ${one.stopped}.`,
    never.length > 0
      ? `${plural(never.length, 'route')} never answered: ${never
          .slice(0, 3)
          .map(({ route, why: words }) => `${route} (${words})`)
          .join(', ')}.`
      : '',
    one.doubts.length > 0
      ? `Not held against a schema: ${one.doubts
          .slice(0, namedAtMost)
          .map(({ what }) => what)
          .join('; ')}${one.doubts.length > namedAtMost ? ` and ${one.doubts.length - namedAtMost} more` : ''}.`
      : '',
    one.problemsLeftOut > 0
      ? `${plural(one.problemsLeftOut, 'more difference is', 'more differences are')} not kept, and may be none of those that are accepted.`
      : '',
    external.length > 0 ? `References out of the document were not followed: ${external.slice(0, 3).join(', ')}.` : '',
  ].filter(Boolean);
  const verdict = why.length > 0 ? 'inconclusive' : 'pass';
  const fine = `${plural(one.held, 'answer was', 'answers were')} held against it, of ${shown} of ${plural(operations.length, 'operation')}.`;
  return check(
    id('held'),
    title('Enough was held against the document'),
    verdict,
    why.length > 0 ? why.join(' ') : fine,
  );
}

/** Operations whose answers were not only errors. */
function succeeded({ shown }: Pick<HeldEvidence, 'shown'>): Set<string> {
  const good = shown.filter(({ status, count, errors = 0 }) => /^([23]|default)/.test(status) && count > errors);
  return new Set(good.map(({ operation }) => operation));
}

function sorted(one: HeldEvidence) {
  const used = new Set<number>();
  const open: FoundProblem[] = [];
  let accepted = 0;
  for (const problem of one.problems) {
    const by = one.accepted.findIndex(
      ({ operation, what, expires }) =>
        expires >= one.day && like(operation, problem.operation) && like(what, problem.what),
    );
    if (by < 0) open.push(problem);
    else {
      used.add(by);
      accepted++;
    }
  }
  const named = one.accepted.map(({ operation, what, expires }) => ({
    words: `${operation} ${what}`,
    late: expires < one.day,
  }));
  const late = named.filter((each) => each.late).map(({ words }) => words);
  const unused = named.filter((each, i) => !each.late && !used.has(i)).map(({ words }) => words);
  return { open, accepted, words: { late, unused } };
}

/** `*` stands for any text. */
export function like(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest.slice(0, -1)) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  const last = rest.at(-1) as string;
  return text.length - last.length >= from && text.endsWith(last);
}

function namesOf(found: readonly FoundProblem[]): string {
  const names = found.map(({ operation, what, kind, status }) =>
    kind === 'unknown-route'
      ? operation
      : `${operation}${status === '' || kind === 'unknown-status' ? '' : ` ${status}`}: ${what}`,
  );
  const more = names.length > namedAtMost ? ` and ${names.length - namedAtMost} more` : '';
  return `${names.slice(0, namedAtMost).join('; ')}${more}`;
}

function tableOf(open: readonly FoundProblem[], one: HeldEvidence, title: (text: string) => string): Table {
  const leftOut = one.problemsLeftOut;
  return {
    title: title(`What differs from the document${leftOut > 0 ? ` (${leftOut} more are not shown)` : ''}`),
    head: ['Operation', 'Status', 'What', 'Risk', 'Remedy', 'Answers'],
    rows: open.map(({ operation, status, what, kind, count }) => [
      ...[operation, status, what, remedies[kind].risk, remedies[kind].remedy, String(count)],
    ]),
    figures: 1,
  };
}

function coverageOf({ document, shown }: HeldEvidence): Coverage[] {
  const operations = document.operations;
  const seen = succeeded({ shown });
  const statuses = operations.flatMap(({ id, statuses: all }) => all.map((status) => ({ id, status })));
  const isShown = ({ id, status }: { id: string; status: string }) =>
    shown.some((one) => one.operation === id && one.status === status);
  const gaps = [
    ...operations
      .filter(({ id }) => !seen.has(id))
      .map(({ id }) => `${id}: no answer of the recorded traffic was a success of it`),
    ...statuses
      .filter((one) => seen.has(one.id) && !isShown(one))
      .map(({ id, status }) => `${id}: no answer had status ${status}`),
  ];
  return [
    { of: 'operations', covered: seen.size, total: operations.length, gaps: gaps.slice(0, gapsAtMost) },
    { of: 'documented answers', covered: statuses.filter(isShown).length, total: statuses.length, gaps: [] },
  ];
}
