import type { Finding } from '../finding.ts';
import type { Answer } from './answer.ts';
import type { Asker } from './ask.ts';
import { findingOf } from './rules.ts';

/** What shows the inside of a program in a page: traces of calls in the forms of languages, and pages of frameworks for debugging. */
const traces: readonly RegExp[] = [
  /^\s*at (?:async )?(?:[\w$.<>[\] ]+ )?\(?(?:file:\/\/|node:|\/|[A-Z]:\\)[^\n)]{1,300}:\d+:\d+\)?/m,
  /Traceback \(most recent call last\)/,
  /^\s*File "[^"\n]{1,300}", line \d+, in /m,
  /^\s*at [\w$.]{3,200}\([\w$]+\.java:\d+\)/m,
  /^\s*at [\w.<>`]{3,200}\([^)\n]{0,300}\) in [^\n]{1,300}:line \d+/m,
  /(?:Fatal error|Warning|Notice|Parse error)<?\/?b?>?: [^\n]{1,300} in <?b?>?[^\n]{1,200}\.php<?\/?b?>? on line/,
  /\bfrom \/[^\n:]{1,200}\.rb:\d+:in [`']/,
  /^goroutine \d+ \[\w+\]:/m,
  /You're seeing this error because you have <code>DEBUG = True<\/code>/,
  /<title>Action Controller: Exception caught<\/title>|<h1>Whoops, looks like something went wrong/,
  /(?:ORA-\d{5}:|SQLSTATE\[\w+\]|You have an error in your SQL syntax|PG::SyntaxError|org\.postgresql\.util\.PSQLException)/,
];

/** The first of it; null: nothing. */
export function stackTrace(answer: Answer): string | null {
  const text = answer.body
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/&nbsp;/g, ' ')
    .replace(/&quot;|&#34;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/\\n/g, '\n');
  for (const pattern of traces) {
    const match = pattern.exec(text) ?? pattern.exec(answer.body);
    if (match !== null) return match[0];
  }
  return null;
}

/** Requests that are out of order in ways that harm nothing. */
const outOfOrder = (random: string) => [
  { path: `/${random}` },
  { path: `/%` },
  { path: `/?${random}[]=%ff&${random}[%00]=1` },
  { path: `/${random}`, method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"' },
];

/** Error pages that show what only a log should. */
export async function errorPages(asker: Asker, random: string): Promise<{ findings: Finding[]; answers: Answer[] }> {
  const answers: Answer[] = [];
  for (const { path, ...question } of outOfOrder(random)) answers.push(await asker.ask(path, question));
  const shown = answers.flatMap((answer) => {
    const trace = stackTrace(answer);
    return trace === null ? [] : [{ answer, trace }];
  });
  const [first] = shown;
  if (first === undefined) return { findings: [], answers };
  const where = `${first.answer.method} ${first.answer.path}`.replaceAll(random, '<any>');
  return { findings: [findingOf('stack-trace', { subject: '', where, seen: first.trace, check: 'errors' })], answers };
}

const bannerHeaders = [
  'server',
  'x-powered-by',
  'x-aspnet-version',
  'x-aspnetmvc-version',
  'x-generator',
  'via',
  'x-runtime-version',
];

/** Headers that name a program with its version. A name alone tells nobody which holes it has. */
export function banners(answers: readonly Answer[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const answer of answers) {
    for (const name of bannerHeaders) {
      for (const value of answer.headers.get(name) ?? []) {
        // `Via: 1.1 proxy` has the version of HTTP.
        const told = name === 'via' ? value.replace(/(?:^|,\s*)(?:HTTP\/)?\d(?:\.\d)?\s/gi, ' ') : value;
        if (!/\d+\.\d+/.test(told) && !/^x-aspnet/.test(name)) continue;
        const finding = findingOf('version-banner', {
          subject: name,
          where: `header ${name}`,
          seen: value,
          check: 'banners',
        });
        found.set(finding.fingerprint, finding);
      }
    }
  }
  return [...found.values()];
}
