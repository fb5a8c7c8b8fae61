import type { Finding } from '../finding.ts';
import { type Answer, header } from './answer.ts';
import type { Asker } from './ask.ts';
import { cookieFindings, isNobodys, isSessionLike, parseSetCookie } from './cookies.ts';
import { foreignAddresses, foreignHost, redirectHost } from './cross-origin.ts';
import { findingOf } from './rules.ts';
import type { PostureLogout, PostureUser, ResolvedPosture } from './settings.ts';
import { contentOf, hiddenFields, isServed, logIn, type SessionLook, Visitor } from './visitor.ts';

/** Whether a session is a new one after a login, and is over after a logout. One login, one logout. */
export async function sessionLook(asker: Asker, posture: ResolvedPosture): Promise<SessionLook> {
  const { login, logout, users, protectedPaths } = posture;
  const [user] = users;
  const [looked, notLooked, findings]: [string[], string[], Finding[]] = [[], [], []];
  const done = { findings, looked, notLooked };
  if (login === null || user === undefined) return { ...done, notLooked: ['no login is configured'] };
  const visitor = new Visitor(asker);
  await visitor.ask(login.page ?? '/');
  const before = new Map(visitor.cookies);
  const known = new Set(cookieFindings(visitor.answers, asker.isHttps).findings.map(({ fingerprint }) => fingerprint));
  const problem = await logIn(visitor, user, login);
  if (problem !== null) return { ...done, notLooked: [`the login of ${user.name} did not work: ${problem}`] };
  // What a login sets is what a session is known by. What a page sets before is looked at by the check of cookies.
  const { findings: ofCookies, names } = cookieFindings(visitor.answers, asker.isHttps);
  const news = ofCookies.filter(({ fingerprint }) => !known.has(fingerprint));
  findings.push(...news.map((finding) => ({ ...finding, sources: ['session'] })));
  if (names.length > 0) looked.push(`cookies of a login: ${names.join(', ')}`);
  const controls: string[] = [];
  // What is open to everyone shows nothing of a session.
  for (const path of protectedPaths) {
    if (isServed(await visitor.ask(path)) && !isServed(await asker.ask(path))) controls.push(path);
  }
  const [control] = controls;
  if (control === undefined) {
    return {
      ...done,
      notLooked: [
        'no path of security.posture.protected is answered to who is logged in and refused to all others, so that nothing shows whether a session works',
      ],
    };
  }
  if (login.token === null) {
    const kept = [...before].filter(
      ([name, value]) => isSessionLike({ name, value }) && visitor.cookies.get(name) === value,
    );
    const changed = [...visitor.cookies].filter(([name, value]) => before.get(name) !== value).map(([name]) => name);
    // A balancer's cookie, or one against forged forms, is another with many an answer.
    if (changed.every(isNobodys)) {
      const other = changed.length === 0 ? '' : `; others are new: ${changed.join(', ')}`;
      const seen = `no cookie of a session changed: ${kept.map(([name]) => name).join(', ') || 'none was set'}${other}`;
      const about = { subject: 'login', where: login.request, seen, check: 'session' };
      findings.push(findingOf('session-kept', { ...about, certain: changed.length === 0 || kept.length > 0 }));
    }
    looked.push('whether the session changes at login');
  }
  if (logout === null) notLooked.push('what a logout does: no logout is configured');
  else {
    const asked = typeof logout === 'string' ? { request: logout, form: null, json: null } : logout;
    await logOut(asker, visitor, asked, control, done);
  }
  if (login.nextField !== null)
    findings.push(...(await redirectAfterLogin(asker, user, login, login.nextField, looked)));
  return done;
}

async function logOut(
  asker: Asker,
  visitor: Visitor,
  logout: PostureLogout,
  control: string,
  { findings, looked, notLooked }: SessionLook,
): Promise<void> {
  const { request, form, json } = logout;
  const stolen = visitor.credentials();
  const [method = 'POST', path = '/'] = request.split(' ');
  const namesToken = JSON.stringify([form, json]).includes('{{token}}');
  if (namesToken && visitor.token === null) {
    notLooked.push(
      'what a logout does: it sends {{token}}, and security.posture.login.token does not say where the login gives one',
    );
    return;
  }
  const filled = (fields: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, value.replaceAll('{{token}}', visitor.token ?? '')]),
    );
  const hidden = hiddenFields(await visitor.ask(control));
  const content =
    json !== null ? contentOf('json', filled(json)) : contentOf('form', { ...hidden, ...filled(form ?? {}) });
  const answer = await visitor.ask(path, { method, ...(method === 'GET' ? {} : content) });
  if (answer.status === 0 || answer.status >= 400) {
    notLooked.push(`what a logout does: ${request} was answered with ${answer.status || answer.problem}`);
    return;
  }
  const again = await asker.ask(control, { headers: stolen, isConfidential: true });
  if (again.status === 0 || again.status >= 500) {
    notLooked.push(`what a logout does: ${control} is answered with ${again.status || again.problem} after it`);
    return;
  }
  looked.push('whether a logout ends the session');
  if (!isServed(again)) return;
  // A logout that takes no cookie away, and was not told which token to end, may not have been asked as it wants to be.
  const isSure = namesToken || endsSession(answer);
  const why = isSure ? '' : '; the logout took no session cookie away: it may need form or json to say what to end';
  findings.push(
    findingOf('session-after-logout', {
      ...{ subject: 'logout', where: control, check: 'session', certain: isSure },
      seen: `${again.status} with the session of before the logout${why}`,
    }),
  );
}

function endsSession(answer: Answer): boolean {
  const cookies = (answer.headers.get('set-cookie') ?? []).map(parseSetCookie);
  return cookies.some(
    (cookie) =>
      cookie !== null &&
      isSessionLike({ name: cookie.name, value: cookie.value.padEnd(3, '-') }) &&
      (cookie.isEnd || cookie.value === ''),
  );
}

async function redirectAfterLogin(
  asker: Asker,
  user: PostureUser,
  login: NonNullable<ResolvedPosture['login']>,
  field: string,
  looked: string[],
): Promise<Finding[]> {
  const [, path = '/'] = login.request.split(' ');
  looked.push('where a login leads');
  for (const address of foreignAddresses) {
    const visitor = new Visitor(asker);
    const hidden = login.page === null ? {} : hiddenFields(await visitor.ask(login.page));
    const answer = await visitor.ask(path, {
      method: 'POST',
      ...contentOf(login.as, { ...hidden, ...user.fields, [field]: address }),
    });
    const location = header(answer, 'location');
    if (redirectHost(location, asker.baseUrl) !== foreignHost) continue;
    const where = `${login.request} ${field}`;
    return [
      findingOf('open-redirect', {
        subject: where,
        where,
        seen: `${address} → Location: ${location}`,
        check: 'session',
      }),
    ];
  }
  return [];
}
