import type { TlsOptions } from '../../../environment/tls.ts';
import type { Finding } from '../finding.ts';
import type { Answer } from './answer.ts';
import { type Asker, createAsker } from './ask.ts';
import type { PostureCheckId } from './checks.ts';
import { cookieFindings } from './cookies.ts';
import { crossOrigin, methods, openRedirects } from './cross-origin.ts';
import { banners, errorPages } from './disclosure.ts';
import { exposed } from './exposed.ts';
import { headerFindings } from './headers.ts';
import { objectLook, rateLook } from './objects.ts';
import type { Recorded } from './recorded.ts';
import { findingOf } from './rules.ts';
import { sessionLook } from './session.ts';
import type { ResolvedPosture } from './settings.ts';
import { lookAtTls } from './tls.ts';
import { anyPathWords, isForAnyPath, isServed, type Made, type SessionLook } from './visitor.ts';

/** Each is asked with several origins. */
const mostCrossOrigin = 20;
const plainTimeoutMs = 3000;

/** What one check came to. */
export interface Looked {
  readonly check: PostureCheckId;
  /** What was looked at, within a sentence: `7 answers`; null: nothing, and `notLooked` says why. */
  readonly looked: string | null;
  readonly notLooked: string[];
  readonly findings: Finding[];
  /** Why there is nothing of the kind that it looks at; absent: there is. */
  readonly notThere?: string;
  /** What it made in the target. */
  readonly made?: Made[];
}

export interface PostureAbout {
  readonly baseUrl: string;
  readonly allowHosts: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  readonly posture: ResolvedPosture;
  readonly recorded: Recorded;
  /** Why there is nothing of a recording; null: there is. */
  readonly recordingProblem: string | null;
  readonly checks: readonly PostureCheckId[];
  /** A name that nothing on the target has. */
  readonly random: string;
  readonly signal: AbortSignal;
  /** How long an answer may take; 10 s when absent. */
  readonly timeoutMs?: number;
  phase?(text: string): void;
}

/**
 * The checks that are asked for, one after the other, each with a few requests. What one cannot see costs that one only.
 * @returns how many requests were sent
 * @throws ShakedownError SECURITY_HOST
 */
export async function lookAround(about: PostureAbout, record: (looked: Looked) => void): Promise<number> {
  const { posture, recorded, random } = about;
  const asker = createAsker(about.baseUrl, about);
  const pages = [...new Set(['/', ...posture.pages, ...recorded.pages])];
  const data = recorded.data;
  const plain = [...pages, ...data];
  let shown: Promise<Answer[]> | undefined;
  // The headers, the cookies and the versions of the same answers are looked at.
  const answersOf = () => {
    shown ??= (async () => {
      const all: Answer[] = [];
      for (const path of [...plain, `/${random}`]) all.push(await asker.ask(path));
      return all;
    })();
    return shown;
  };

  const checks: Record<PostureCheckId, () => Promise<Omit<Looked, 'check'>>> = {
    tls: () => tls(about),
    headers: async () => {
      const answers = await answersOf();
      return headersOf(answers.slice(0, -1), answers.slice(-1), asker.isHttps);
    },
    cookies: async () => {
      const login = posture.login?.page;
      const more = login === null || login === undefined ? [] : [await asker.ask(login)];
      const all = [...(await answersOf()), ...more];
      const answered = all.filter(({ status }) => status > 0).length;
      if (answered === 0) return nothing('no answer');
      const { findings, names } = cookieFindings(all, asker.isHttps);
      if (names.length === 0) return noCookies(posture, count(answered, 'answer'));
      const secure =
        asker.isHttps || posture.leaveOut.tls !== undefined
          ? []
          : ['whether cookies are sent without TLS: the target is spoken to without it'];
      return { looked: `${count(names.length, 'cookie')}: ${names.join(', ')}`, notLooked: secure, findings };
    },
    cors: async () => {
      const named = [...posture.protectedPaths, ...data, ...posture.pages];
      const all = [...new Set(['/', ...(named.length > 0 ? named : recorded.pages)])];
      const paths = all.slice(0, mostCrossOrigin);
      const why = about.recordingProblem ?? 'the recording has none';
      return {
        looked: count(paths.length, 'path'),
        notLooked: [
          ...(all.length === 1
            ? [`paths other than /: ${why}, and security.posture names none in protected and pages`]
            : []),
          ...(all.length > paths.length ? [`${count(all.length - paths.length, 'more path')}: too many`] : []),
        ],
        findings: await crossOrigin(asker, paths, posture.protectedPaths),
      };
    },
    methods: async () => ({ looked: 'TRACE', notLooked: [], findings: await methods(asker) }),
    redirects: async () => {
      const asked = [...posture.redirects, ...recorded.redirects];
      if (asked.length === 0) {
        if (about.recordingProblem !== null) return nothing(about.recordingProblem);
        return notThere(
          'the recording has no parameter that may lead elsewhere, and security.posture.redirects names none',
        );
      }
      const { findings, missed } = await openRedirects(asker, asked);
      const many = asked.length - missed.length;
      return { looked: many === 0 ? null : count(many, 'parameter'), notLooked: missed, findings };
    },
    errors: async () => {
      const { findings, answers } = await errorPages(asker, random);
      const answered = answers.filter(({ status }) => status > 0);
      if (answered.length === 0) return nothing(answers[0]?.problem ?? 'no answer');
      // What is led on, as to a login, went wrong nowhere either.
      if (findings.length === 0 && answered.every(({ status }) => /^(?:3..|401|403)$/.test(String(status))))
        return nothing(`error pages, as all ${answered.length} requests were refused before they could go wrong`);
      return {
        looked: count(answered.length, 'request out of order', 'requests out of order'),
        notLooked: [],
        findings,
      };
    },
    banners: async () => {
      const answers = await answersOf();
      if (answers.every(({ status }) => status === 0)) return nothing('no answer');
      return { looked: count(answers.length, 'answer'), notLooked: [], findings: banners(answers) };
    },
    exposed: async () => {
      const { findings, looked, unanswered: none } = await exposed(asker, random, recorded.folders);
      if (none === looked) return nothing('no answer');
      const notLooked = none === 0 ? [] : [`${count(none, 'path')} without an answer`];
      return { looked: count(looked - none, 'path'), notLooked, findings };
    },
    protected: () => unprotected(asker, posture, recorded, random),
    session: async () => of(await sessionLook(asker, posture)),
    objects: async () => of(await objectLook(asker, posture)),
    'rate-limit': async () => of(await rateLook(asker, posture)),
  };
  for (const [check, look] of Object.entries(checks) as [PostureCheckId, (typeof checks)[PostureCheckId]][]) {
    if (posture.leaveOut[check] !== undefined || !about.checks.includes(check)) continue;
    about.phase?.(`posture: ${check}`);
    await asker.settle();
    const before = asker.tally();
    let done: Omit<Looked, 'check'>;
    try {
      done = await look();
    } catch (error) {
      about.signal.throwIfAborted();
      done = nothing(`it broke off: ${(error as Error).message}`);
    }
    const { sent, unanswered: none, problem, limited } = asker.tally();
    const [asked, missed] = [sent - before.sent, none - before.unanswered];
    if (asked > 0 && missed === asked) done = { ...nothing(problem), findings: done.findings };
    else if (missed > 0 && done.notLooked.length === 0) {
      done = { ...done, notLooked: [`${missed} of ${count(asked, 'request')} had no answer: ${problem}`] };
    }
    // Who asks too often is refused whatever is there. Of wrong logins that is what is looked for.
    const refused = check === 'rate-limit' ? 0 : limited - before.limited;
    const why = `${refused} of ${count(asked, 'request')} met a limit, and were answered with 429`;
    record({ check, ...done, notLooked: [...done.notLooked, ...(refused === 0 ? [] : [why])] });
  }
  return asker.tally().sent;
}

async function tls(about: PostureAbout): Promise<Omit<Looked, 'check'>> {
  const { posture } = about;
  const address = posture.tlsAddress ?? about.baseUrl;
  if (!address.startsWith('https:')) {
    return nothing('the target is spoken to without TLS: name the address that ends it in security.posture.tlsAddress');
  }
  // It is one of the configuration's, or nothing is sent.
  createAsker(address, about);
  const { findings, version, daysLeft, notSeen, tookMs } = await lookAtTls(address, { tls: about.tls });
  if (version === null && findings.length === 0) return nothing(notSeen.join('; ') || 'no answer');
  const { host, hostname, port } = new URL(address);
  const plain = createAsker(`http://${host}`, { ...about, allowHosts: [hostname], timeoutMs: plainTimeoutMs });
  const answer = await plain.ask('/');
  if (isServed(answer))
    findings.push(
      findingOf('plain-http', { subject: '', where: plain.baseUrl, seen: `${answer.status}`, check: 'tls' }),
    );
  const days = daysLeft === null ? '' : `, certificate for ${Math.floor(daysLeft)} more days`;
  return {
    looked: `${version ?? 'no version agreed on'}${days}${port === '' ? '' : `, plain HTTP at port ${port} alone`}, in ${Math.round(tookMs)} ms`,
    notLooked: notSeen,
    findings,
  };
}

async function unprotected(
  asker: Asker,
  posture: ResolvedPosture,
  recorded: Recorded,
  random: string,
): Promise<Omit<Looked, 'check'>> {
  const named = posture.protectedPaths;
  const seen = recorded.withCredentials.filter((path) => !named.includes(path));
  const findings: Finding[] = [];
  const notLooked: string[] = [];
  let looked = 0;
  const control = named.length + seen.length === 0 ? null : await asker.ask(`/${random}`);
  for (const path of [...named, ...seen]) {
    const answer = await asker.ask(path);
    if (answer.status === 0) notLooked.push(`${path}: ${answer.problem}`);
    else if (answer.status >= 500) notLooked.push(`${path}: answered with ${answer.status}, which is no refusal`);
    // One of the recording was there; what only the configuration names may be misspelt.
    else if ([404, 410].includes(answer.status) && named.includes(path))
      notLooked.push(`${path}: answered with ${answer.status}, so that there may be no such path`);
    else if (control !== null && isServed(answer) && isForAnyPath(answer, control)) {
      notLooked.push(`${path}: ${anyPathWords}`);
      continue;
    } else looked++;
    if (!isServed(answer)) continue;
    // A recording shows that credentials were sent, not that they were needed.
    findings.push(
      findingOf('open-route', {
        subject: path,
        where: path,
        seen: `${answer.status} without credentials`,
        certain: named.includes(path),
        check: 'protected',
      }),
    );
  }
  if (looked === 0)
    return nothing(
      notLooked[0] ?? 'the recording has no request with credentials, and security.posture.protected names no path',
    );
  return { looked: count(looked, 'path'), notLooked, findings };
}

function headersOf(asked: readonly Answer[], outOfPlace: readonly Answer[], isHttps: boolean): Omit<Looked, 'check'> {
  const shown = asked.filter(({ status }) => status >= 200 && status < 400);
  const others = new Set(asked.flatMap(({ status }) => (status >= 400 ? [status] : [])));
  const rest = others.size === 0 ? '' : `; others with ${[...others].sort((a, b) => a - b).join(', ')}`;
  const told = `${shown.length} of ${count(asked.length, 'path')} answered with 2xx or 3xx${rest}`;
  const errors = outOfPlace.filter(({ status }) => status > 0);
  const findings = headerFindings([...shown, ...errors], isHttps);
  const notLooked = unanswered([...asked, ...outOfPlace]);
  // What refuses or leads on shows no page.
  if (!shown.some(({ status }) => status < 300)) {
    const why = asked.every(({ status }) => status === 0) ? (asked[0]?.problem ?? 'no answer') : `no page: ${told}`;
    return { ...nothing(why), findings };
  }
  return {
    looked: `${told}${errors.length > 0 ? ', and an answer to a path that is not there' : ''}`,
    notLooked,
    findings,
  };
}

function noCookies({ login, leaveOut }: ResolvedPosture, looked: string): Omit<Looked, 'check'> {
  const set = `${looked} set no cookie`;
  if (login === null) return notThere(`${set}, and no login is configured, after which there may be one`);
  if (login.token !== null) return notThere(`${set}, and the login that is configured gives a token`);
  return leaveOut.session === undefined
    ? notThere(`${set}; what a login sets is looked at by the part Access`)
    : nothing(`${set} before a login, and the check of sessions, which sees what a login sets, is left out`);
}

function notThere(why: string): Omit<Looked, 'check'> {
  return { ...nothing(why), notThere: why };
}

function of({ findings, looked, notLooked, made = [] }: SessionLook): Omit<Looked, 'check'> {
  const more = made.length === 0 ? {} : { made };
  return { looked: looked.length === 0 ? null : looked.join(', '), notLooked, findings, ...more };
}

function nothing(why: string): Omit<Looked, 'check'> {
  return { looked: null, notLooked: [why], findings: [] };
}

function unanswered(answers: readonly Answer[]): string[] {
  return answers.filter(({ status }) => status === 0).map(({ path, problem }) => `${path}: ${problem}`);
}

function count(many: number, one: string, plural = `${one}s`): string {
  return many === 1 ? `one ${one}` : `${many} ${plural}`;
}
