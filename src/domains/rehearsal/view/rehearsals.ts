import type { Results } from '../../../model/results.ts';
import { verdictWord } from '../../../model/verdict.ts';
import { relative } from '../../../report-kit/time.ts';
import { timelineOf } from './timeline.ts';

const marksAtMost = 60;
const order = ['fail', 'inconclusive', 'pass'];

/** What can be done about a check that did not pass, by its id. */
const advice: Readonly<Record<string, string>> = {
  up: 'Look into the output of its instances; give it longer with deployment.readyMs if it only starts slowly.',
  failed:
    'Let the old version finish what it has begun before its connections are closed, and let clients keep theirs.',
  lost: 'Look for connections that are closed while a request is on its way: keep-alive of the switch longer than that of clients, that of instances longer than that of the switch.',
  repeated: 'Switch off retries of writes (HAProxy: retry-on, nginx: proxy_next_upstream).',
  drained: 'Give it longer with deployment.drainMs, or find out what does not end.',
  kept: 'Do not end the old version before the new one has proved itself.',
  moved: 'Look at sticky sessions, long connections and caches of names between clients and versions.',
  rollback: 'Make the way back one command, and keep the old version running.',
  'in-flight': 'Name slow requests of your system in rehearsal.kinds.',
  accounted: 'Have instances note the X-Request-Id of each request.',
};

/** Each rehearsal: what it answers, its timeline, its figures; null: this run has none. */
export function rehearsalsView({ sections: { rehearsal } }: Results): object | null {
  if (rehearsal === undefined) return null;
  const { candidate, previous, driver, switchDriver, restored, notBegun } = rehearsal;
  return {
    facts: [
      { name: 'Candidate', value: candidate },
      { name: 'Takes the place of', value: previous },
      { name: 'Deployed by', value: driver },
      { name: 'Traffic moved by', value: switchDriver },
      { name: 'Traffic afterwards', value: restored === null ? 'not known' : restored.detail },
    ],
    rehearsals: rehearsal.rehearsals.map((each) => ({
      ...{ id: each.id, title: each.title, verdict: each.verdict, word: verdictWord[each.verdict] },
      checks: [...each.checks]
        .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
        .map(({ id, title, verdict, reason }) => ({
          title,
          verdict,
          reason,
          advice: verdict === 'pass' ? '' : (advice[id] ?? ''),
        })),
      runbook: each.runbook ?? [],
      facts: each.figures,
      charts: timelineOf(each),
      hasControl: each.seconds.some(({ sides }) => sides.control !== undefined),
      tables: (each.tables ?? [])
        .filter(({ rows }) => rows.length > 0)
        .map(({ title, head, rows }) => ({ title, head, rows })),
      marks: each.marks.slice(0, marksAtMost).map(({ atMs, text, kind }) => ({ at: relative(atMs), text, kind })),
      marksLeftOut: Math.max(0, each.marks.length - marksAtMost),
    })),
    notBegun: notBegun.map(({ title }) => title),
  };
}
