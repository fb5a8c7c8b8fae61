import type { Finding } from '../finding.ts';
import type { Answer } from './answer.ts';
import type { Asker } from './ask.ts';
import { findingOf } from './rules.ts';
import type { ResolvedPosture } from './settings.ts';
import {
  anyPathWords,
  contentOf,
  hiddenFields,
  isForAnyPath,
  isServed,
  logIn,
  type Made,
  type SessionLook,
  textAt,
  Visitor,
} from './visitor.ts';

/** Whether one user gets what is another's. The owner gets it first, as the control. */
export async function objectLook(asker: Asker, posture: ResolvedPosture): Promise<SessionLook> {
  const { login, objects, users, objectLogin } = posture;
  const [owner, other] = users;
  const [looked, notLooked, findings]: [string[], string[], Finding[]] = [[], [], []];
  const made: Made[] = [];
  const done = { findings, looked, notLooked, made };
  const by = objectLogin ?? login;
  if (objects.length === 0) return { ...done, notLooked: ['no objects are configured'] };
  if (by === null || owner === undefined || other === undefined)
    return { ...done, notLooked: ['two users and their login are needed'] };
  const [mine, theirs] = [new Visitor(asker), new Visitor(asker)];
  for (const [visitor, user] of [
    [mine, owner],
    [theirs, other],
  ] as const) {
    const problem = await logIn(visitor, user, by);
    if (problem !== null) return { ...done, notLooked: [`the login of ${user.name} did not work: ${problem}`] };
  }
  const removals: { at: string; request: string }[] = [];
  const control = await mine.ask(`/none-${Math.random().toString(36).slice(2)}`);
  for (const { path, make, list, id, remove } of objects) {
    let at = path;
    if (make !== null || list !== null) {
      const [method = 'GET', from = '/'] = (make?.request ?? list ?? '').split(' ');
      const content =
        make === null ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(make.json) };
      const found = textAt((await mine.ask(from, { method, ...content })).body, id);
      if (found === null) {
        notLooked.push(`${path}: ${method} ${from} gave no ${id}`);
        if (make !== null)
          made.push({ path: from, state: `unknown: its answer gave no ${id}, so what it made may be there` });
        continue;
      }
      at = path.replaceAll('{{id}}', encodeURIComponent(found));
      if (make !== null && remove === null)
        made.push({ path: at, state: 'stays in the target: no remove is configured' });
      if (make !== null && remove !== null)
        removals.push({ at, request: remove.replaceAll('{{id}}', encodeURIComponent(found)) });
    }
    const own = await mine.ask(at);
    if (!isServed(own)) {
      notLooked.push(`${at}: its owner is answered with ${own.status || own.problem}`);
      continue;
    }
    if (isForAnyPath(own, control)) {
      notLooked.push(`${at}: ${anyPathWords}`);
      continue;
    }
    looked.push(at);
    const [foreign, nobody] = [await theirs.ask(at), await asker.ask(at)];
    for (const [who, { status }] of [
      [other.name, foreign],
      ['who is not logged in', nobody],
    ] as const)
      if (status >= 500) notLooked.push(`${at}: ${who} is answered with ${status}, which is no refusal`);
    if (isServed(foreign) && foreign.body !== '') {
      // The same bytes are the same data; others may be a page that says no.
      findings.push(
        findingOf('foreign-object', {
          subject: path,
          where: at,
          seen: `${other.name} is answered with ${foreign.status}`,
          certain: foreign.body === own.body,
          check: 'objects',
        }),
      );
    }
    if (isServed(nobody) && nobody.body === own.body) {
      findings.push(
        findingOf('open-route', {
          subject: path,
          where: at,
          seen: `${nobody.status} without credentials`,
          check: 'objects',
        }),
      );
    }
  }
  for (const { at, request } of removals) {
    const [method = 'DELETE', path = '/'] = request.split(' ');
    const { status, problem } = await mine.ask(path, { method });
    const isGone = status >= 200 && status < 400;
    made.push({
      path: at,
      state: isGone ? 'removed' : `stays in the target: ${request} was answered with ${status || problem}`,
    });
  }
  return done;
}

/** By its name; what is a client's secret as well is none where there is another. */
const passwordNames = [/pass|pwd|kennwort|contrase|senha|mdp/i, /secret|pin/i];

const isLimit = (answer: Answer) =>
  answer.status === 429 ||
  answer.headers.has('retry-after') ||
  /too many|locked|try again later|rate.?limit/i.test(answer.body);

/** Whether wrong passwords are slowed down: as many as are configured, of one user, one after the other. */
export async function rateLook(asker: Asker, posture: ResolvedPosture): Promise<SessionLook> {
  const { login, users, wrongLogins } = posture;
  const [user] = users;
  const nothing = (why: string) => ({ findings: [], looked: [], notLooked: [why] });
  if (login === null || user === undefined || wrongLogins === null)
    return nothing('security.posture.wrongLogins is not configured');
  const names = Object.keys(user.fields);
  const wrong = passwordNames.map((known) => names.filter((name) => known.test(name))).find(({ length }) => length > 0);
  if (wrong === undefined)
    return nothing(`which field of a user is the password: none of ${names.join(', ')} is named so`);
  const [method = 'POST', path = '/'] = login.request.split(' ');
  const visitor = new Visitor(asker);
  let page = login.page === null ? null : await visitor.ask(login.page);
  let hidden = page === null ? {} : hiddenFields(page);
  const refused = (number: number) => ({
    findings: [],
    looked: [`wrong logins: refused at number ${number}`],
    notLooked: [],
  });
  const statuses: number[] = [];
  // One more where the last was answered otherwise.
  for (let i = 0; i < wrongLogins || (i === wrongLogins && statuses.at(-1) !== statuses[0]); i++) {
    const fields = { ...user.fields, ...Object.fromEntries(wrong.map((name) => [name, `wrong-${i}`])) };
    const answer = await visitor.ask(path, { method, ...contentOf(login.as, { ...hidden, ...fields }) });
    if (isLimit(answer)) return refused(i + 1);
    // Some answer otherwise from then on. What is so once alone may be a fault.
    const before = statuses.at(-1) ?? 0;
    if (before !== 0 && answer.status === before && before !== statuses[0]) return refused(i);
    statuses.push(answer.status);
    // A token against forged forms may be good for one login: refused for an old one, no password was tried.
    if (login.page === null || Object.keys(hidden).length === 0) continue;
    const shown = hiddenFields(answer);
    if (Object.keys(shown).length === 0) page = await visitor.ask(login.page);
    if (page !== null && isLimit(page)) return refused(i + 2);
    hidden = Object.keys(shown).length > 0 || page === null ? shown : hiddenFields(page);
  }
  if (statuses.includes(0)) return nothing('a wrong login was not answered');
  const seen = `${wrongLogins} wrong logins in a row, answered with ${[...new Set(statuses)].join(', ')}`;
  return {
    findings: [
      findingOf('no-rate-limit', {
        subject: login.request,
        where: login.request,
        seen,
        certain: false,
        check: 'rate-limit',
      }),
    ],
    looked: [`${wrongLogins} wrong logins`],
    notLooked: [],
  };
}
