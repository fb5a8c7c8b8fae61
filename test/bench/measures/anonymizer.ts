import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anonymizeRecording } from '../../../src/domains/traffic/anonymize/anonymize.ts';
import type { RecordedSession } from '../../../src/model/traffic.ts';
import { harmless } from '../../domains/traffic/anonymize/harmless-corpus.ts';
import {
  contents,
  found,
  encodings as peopleEncodings,
  peopleSessions,
  tellingValues,
  unpacked,
} from '../../domains/traffic/anonymize/leak-corpus.ts';
import { readAll, shopper, shopSessions, writeRecording } from '../../domains/traffic/anonymize/shop.ts';
import { linkedGroups } from '../linkage.ts';
import { atLeast, beside, judged, type Measure, notMeasured, type Row, short, within } from '../measure.ts';
import { findPeer, runPeer } from '../programs.ts';

const noPresidio = 'SHAKEDOWN_BENCH_PYTHON does not name a Python with presidio-analyzer';
const speedName = 'anonymizer MB/s ÷ Presidio’s pattern recognisers';
/** The first is slower where it runs in this process, until the code is compiled; Presidio’s figure is of a warm program too. */
const rounds = 3;
const key = 'a key of the bench, and no other';

/** No secret is shorter. */
const beginningLength = 8;
const encodings: ((secret: string) => string)[] = [
  (secret) => secret,
  encodeURIComponent,
  (secret) => encodeURIComponent(secret).replaceAll('%20', '+'),
  (secret) => JSON.stringify(secret).slice(1, -1),
  (secret) => Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];

interface Presidio {
  version: string;
  bytes: number;
  seconds: number;
  found: number;
  recognizers: string[];
}

/** How fast recordings are anonymized, and whether what should be gone is gone and what belongs together still does. */
export const anonymizer: Measure = {
  name: 'anonymizer',
  limitMinutes: 8,
  async run({ quick, scratch, say }) {
    const sessions = shopSessions(quick ? 500 : 12_000);
    const lines = sessions.map((session) => JSON.stringify(session));
    const megabytes = Buffer.byteLength(lines.join('\n')) / 1e6;
    const from = join(scratch, 'personal');
    await writeRecording(from, sessions);
    const times: number[] = [];
    let passed = true;
    for (let i = 0; i < rounds; i++) {
      const begun = process.cpuUsage();
      const outcome = await anonymizeRecording({
        from,
        to: join(scratch, `anonymous-${i}`),
        key,
        canaries: secretsOf(0),
        threads: quick ? 0 : availableParallelism(),
      });
      const { user, system } = process.cpuUsage(begun);
      times.push((user + system) / 1e6);
      passed &&= outcome.scan.passed;
    }
    // Of all threads together: what it takes on as many cores of its own, for other work on the machine costs no processor time.
    const cores = quick ? 1 : availableParallelism();
    const ours = (megabytes * cores) / Math.min(...times);
    say(`${short(ours)} MB/s`);
    const text = join(scratch, 'personal.ndjson');
    await writeFile(text, lines.join('\n'));
    const theirs = await presidio(text, quick ? 3 : 15);

    const people = await leaksOfPeople(scratch);
    const harmlessPassed = await passedOfHarmless(scratch);
    say(
      `${people.found.length} leaks of people; ${harmlessPassed.length} of ${Object.keys(harmless).length} harmless recordings pass`,
    );
    const anonymous = await readAll(join(scratch, 'anonymous-0'));
    const leaks = leaked(sessions.length, anonymous);
    const linkage = linkageOf(sessions, anonymous);
    const rows: Row[] = [
      theirs === null
        ? notMeasured(speedName, '≥ 100', noPresidio)
        : judged(
            speedName,
            atLeast(100),
            ours / theirs.mbPerSecond,
            `${(ours / theirs.mbPerSecond).toFixed(0)} (${short(ours)} ÷ ${short(theirs.mbPerSecond)} MB/s)`,
            `${short(megabytes)} MB of sessions with bodies; by processor time, on ${cores} ${cores === 1 ? 'core' : 'cores'} of its own; ours learns, replaces and scans, best of ${rounds}; Presidio ${theirs.version}, ${theirs.recognizers.length} recognisers on one core (${theirs.recognizers.map((name) => name.replace('Recognizer', '')).join(', ')}), only finds`,
          ),
      ...(theirs === null ? [beside('anonymizer', `${short(ours)} MB/s`, `${short(megabytes)} MB of sessions`)] : []),
      judged(
        'planted secrets that leak',
        { ...within(0, 0), text: '0' },
        leaks.found.length,
        `${leaks.found.length} of ${leaks.planted}`,
        `names, addresses, telephone numbers, tokens and ids, looked for in five encodings; leak scan ${passed ? 'passed' : 'not passed'}`,
      ),
      judged(
        'leaks of 1,000 invented people in 12 locales',
        { ...within(0, 0), text: '0' },
        people.found.length + (people.passed ? 0 : 1),
        `${people.found.length} of ${people.looked}`,
        `each value once or a few times, in about 60 places; looked for in ${peopleEncodings.length} encodings, with what is packed in the result unpacked; leak scan ${people.passed ? 'passed' : 'not passed'}`,
      ),
      judged(
        'harmless recordings whose scan passes',
        { ...within(1, 1), text: 'all' },
        harmlessPassed.length / Object.keys(harmless).length,
        `${harmlessPassed.length} of ${Object.keys(harmless).length}`,
        'policies, reports, robots, fonts, sitemaps, versioned files, dates, UUIDs and others that are of no one',
      ),
      judged(
        'linkage kept',
        { ...within(1, 1), text: '100 %' },
        linkage.kept / linkage.groups,
        `${((100 * linkage.kept) / linkage.groups).toFixed(2)} %`,
        `of ${linkage.groups} values that several places of a session share, in headers, cookies, paths, queries, forms, JSON and HTML`,
      ),
    ];
    return {
      rows,
      raw: {
        megabytes,
        times,
        presidio: theirs,
        leaks: leaks.found.slice(0, 20),
        people: people.found.slice(0, 20),
        linkage,
      },
    };
  },
};

/** What must not survive of session `n`; short numbers are left out, for others of the same length may be equal by chance. */
function secretsOf(n: number): string[] {
  const who = shopper(n);
  return [who.name, who.email, who.phone, who.cartId, who.sid, who.csrf, decodeURIComponent(who.sid)];
}

function leaked(count: number, anonymous: RecordedSession[]): { planted: number; found: string[] } {
  const planted = new Set(Array.from({ length: count }, (_, n) => secretsOf(n)).flat());
  // By their beginnings, so that the text is read once for all of them.
  const wanted = new Map<string, { secret: string; encoded: string }[]>();
  for (const secret of planted) {
    for (const encoded of new Set(encodings.map((encode) => encode(secret)))) {
      const beginning = encoded.slice(0, beginningLength);
      wanted.set(beginning, [...(wanted.get(beginning) ?? []), { secret, encoded }]);
    }
  }
  const found = new Set<string>();
  for (const session of anonymous) {
    const text = JSON.stringify(session);
    for (let at = 0; at + beginningLength <= text.length; at++) {
      for (const { secret, encoded } of wanted.get(text.slice(at, at + beginningLength)) ?? []) {
        if (text.startsWith(encoded, at)) found.add(secret);
      }
    }
  }
  return { planted: planted.size, found: [...found] };
}

/** What is left of invented people, by the same code as the tests. */
async function leaksOfPeople(scratch: string) {
  const from = join(scratch, 'people');
  const to = join(scratch, 'no-people');
  await writeRecording(from, peopleSessions());
  const report = await anonymizeRecording({ from, to, key });
  const text = `${await contents(to)}\n${unpacked(await readAll(to)).join('\n')}\n${JSON.stringify(report)}`;
  let looked = 0;
  const left = peopleEncodings.flatMap(([, encode]) => {
    const values = tellingValues(encode);
    looked += values.size;
    return [...found(values, text)];
  });
  return { found: left, looked, passed: report.scan.passed };
}

/** Names of the harmless recordings that pass. */
async function passedOfHarmless(scratch: string): Promise<string[]> {
  const passed: string[] = [];
  for (const [name, sessions] of Object.entries(harmless)) {
    const from = join(scratch, 'harmless');
    await writeRecording(from, sessions());
    const { scan } = await anonymizeRecording({ from, to: join(scratch, 'harmless-out'), force: true, key });
    if (scan.passed) passed.push(name);
  }
  return passed;
}

/** How many of the values that belong together in a session still do, and are not what they were. */
function linkageOf(before: RecordedSession[], after: RecordedSession[]): { groups: number; kept: number } {
  let groups = 0;
  let kept = 0;
  before.forEach((session, i) => {
    const other = after[i];
    const now = other === undefined ? [] : linkedGroups(other);
    linkedGroups(session).forEach((values, group) => {
      groups++;
      const found = now[group] ?? [];
      const [first] = found;
      if (first && found.every((value) => value === first) && !values.includes(first)) kept++;
    });
  });
  return { groups, kept };
}

async function presidio(file: string, seconds: number): Promise<(Presidio & { mbPerSecond: number }) | null> {
  const python = findPeer('SHAKEDOWN_BENCH_PYTHON');
  if (python === null) return null;
  const script = fileURLToPath(new URL('../peers/presidio.py', import.meta.url));
  const { code, stdout, stderr } = await runPeer(python, [script, file, String(seconds)]);
  if (code !== 0) throw new Error(`Presidio: ${stderr.trim().split('\n').at(-1)}`);
  const figures = JSON.parse(stdout) as Presidio;
  return { ...figures, mbPerSecond: figures.bytes / 1e6 / figures.seconds };
}
