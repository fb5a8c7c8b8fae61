import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Deceit, edit, isWindow, short } from './made.ts';

const failing = (window: number) =>
  window % 12 === 5 ? ({ kind: 'http', status: 500, count: 600, message: 'no' } as const) : null;
const file = (name: string) => (folder: string) => join(folder, name);
const response = file('windows/response.hlog');
const journal = file('journal.ndjson');
const contradicts = /the evidence does not agree with itself/;

/** What is done to a run's folder. */
export const ofEvidence: Deceit[] = [
  {
    what: 'the lines of the windows with errors cut by three characters',
    made: { ...short, failures: failing },
    tamper: edit('journal.ndjson', (line) => (isWindow(line) && /"failed":600/.test(line) ? line.slice(0, -3) : line)),
    verdict: 'inconclusive',
    because: /the journal is damaged/,
    control: short,
  },
  {
    what: 'the windows with errors taken out',
    made: { ...short, failures: failing },
    tamper: edit('journal.ndjson', (line) => (isWindow(line) && /"failed":600/.test(line) ? null : line)),
    verdict: 'inconclusive',
    because: contradicts,
    control: short,
  },
  {
    what: 'half of the windows taken out',
    made: short,
    tamper: edit('journal.ndjson', (line, index) => (isWindow(line) && index % 2 === 0 ? null : line)),
    verdict: 'inconclusive',
    because: contradicts,
  },
  {
    what: 'all windows damaged',
    made: short,
    tamper: edit('journal.ndjson', (line) => (isWindow(line) ? line.replace('"index"', '"indax"') : line)),
    verdict: 'inconclusive',
    because: /the journal is damaged/,
  },
  {
    what: 'every window twice',
    made: { ...short, rate: 400 },
    tamper: edit('journal.ndjson', (line) => (isWindow(line) ? [line, line] : line)),
    verdict: 'inconclusive',
    because: contradicts,
    control: { ...short, rate: 800 },
  },
  {
    what: 'windows moved over each other',
    made: short,
    tamper: edit('journal.ndjson', (line) =>
      isWindow(line) ? line.replace('"startMs":55000', '"startMs":52000') : line,
    ),
    verdict: 'inconclusive',
    because: /windows that begin before the one before has ended: 1/,
  },
  {
    what: 'errors that became answers, in the windows only',
    made: { ...short, failures: failing },
    tamper: edit('journal.ndjson', (line) =>
      isWindow(line)
        ? line.replace(/"completed":(\d+),"failed":600/, (_, n) => `"completed":${Number(n) + 600},"failed":0`)
        : line,
    ),
    verdict: 'inconclusive',
    because: /changed after/,
    control: short,
  },
  {
    what: 'the second half of the response times cut off',
    made: short,
    tamper: (folder) => truncateSync(response(folder), Math.floor(readFileSync(response(folder)).length * 0.7)),
    verdict: 'inconclusive',
    because: /windows\/response\.hlog: answers in it are [\d,]+, by the journal 360,000/,
  },
  {
    what: 'slow intervals taken out of the response times',
    made: { ...short, medianMs: (window) => (window % 6 === 0 ? 400 : 30) },
    tamper: edit('windows/response.hlog', (line) =>
      /^Tag=[^,]*,(\d+)\.000/.test(line) && Number(/,(\d+)\.000/.exec(line)?.[1]) % 30 === 0 ? null : line,
    ),
    verdict: 'inconclusive',
    because: contradicts,
    control: short,
  },
  {
    what: 'intervals of the response times twice',
    made: short,
    tamper: edit('windows/response.hlog', (line) => (line.startsWith('Tag=') ? [line, line] : line)),
    verdict: 'inconclusive',
    because: /windows\/response\.hlog: windows that are there twice/,
  },
  {
    what: 'service times in the place of response times',
    made: short,
    tamper: (folder) => copyFileSync(join(folder, 'windows/service.hlog'), response(folder)),
    verdict: 'inconclusive',
    because: /windows\/response\.hlog: windows whose times are not those of the journal: 60/,
  },
  {
    what: 'no service times',
    made: short,
    tamper: (folder) => rmSync(join(folder, 'windows/service.hlog')),
    verdict: 'inconclusive',
    because: /windows\/service\.hlog: answers in it are 0/,
  },
  {
    what: 'one route taken out of the logs',
    made: short,
    tamper: edit('windows/response.hlog', (line) => (line.startsWith('Tag=r1,') ? null : line)),
    verdict: 'inconclusive',
    because: /windows\/response\.hlog: answers by route are/,
  },
  {
    what: 'a manifest of the version that covered no load, beside other response times',
    made: short,
    tamper: (folder) => {
      const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
        files: { path: string }[];
      };
      const kept = files.filter(({ path }) => !path.startsWith('windows/'));
      writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ format: 'shakedown.manifest/1', files: kept }));
    },
    verdict: 'inconclusive',
    because: /the evidence was changed after the run/,
  },
  {
    what: 'more failures told of than there are',
    made: short,
    tamper: edit('journal.ndjson', (line) =>
      line.includes('"shakedown.load.ended"')
        ? [
            line
              .replace(/"type":"[^"]*"/, '"type":"shakedown.error.seen"')
              .replace(/"data":.*$/, '"data":{"kind":"http","status":500,"route":0,"atMs":5,"message":"","count":9}}'),
            line,
          ]
        : line,
    ),
    verdict: 'inconclusive',
    because: /its events report 9 failures, its windows count 0/,
  },
  {
    what: 'the end of the journal cut off',
    made: short,
    tamper: (folder) => {
      const text = readFileSync(journal(folder), 'utf8');
      writeFileSync(journal(folder), text.slice(0, text.indexOf('"shakedown.load.ended"') - 40));
    },
    verdict: 'inconclusive',
    because: /was cut short after 5 min/,
  },
  {
    what: 'an accounting that holds no figures of fidelity',
    made: short,
    tamper: edit('journal.ndjson', (line) =>
      line.includes('"shakedown.load.ended"') ? line.replace('"scales"', '"scalas"') : line,
    ),
    verdict: 'inconclusive',
    because: /the journal is damaged/,
  },
];
