import { decisionOf, linksOf, type RequestContent } from '../../../src/domains/promotion/request/content.ts';
import { subjectOf } from '../../../src/domains/promotion/request/subject.ts';
import type { Results } from '../../../src/model/results.ts';
import { readinessWord, type Verdict } from '../../../src/model/verdict.ts';

interface About {
  verdict?: Verdict;
  run?: string;
  at?: string;
  commit?: string | null;
  approved?: string;
  missing?: string[];
  name?: string;
  sentence?: string;
  publicUrl?: string | null;
}

export const digest = `sha256:${'d'.repeat(64)}`;

/** Results of a promotion run, with as much as a request says of them. */
export function resultsOf({
  verdict = 'pass',
  run = '2026-11-29T1000-0001',
  at = '2026-11-29T10:00:00.001Z',
  missing = [],
  name = 'shop',
  sentence = 'Every gate is passed',
}: About): Results {
  return {
    format: 'shakedown.results/2',
    run: {
      id: run,
      command: 'shakedown promote',
      attempt: 1,
      startedAt: at,
      loadStartedAt: null,
      endedAt: at,
      plannedMs: 0,
      coveredMs: 0,
      interrupted: null,
    },
    candidate: {
      name,
      version: 'v2.1.0',
      baselineVersion: 'v2.0.0',
      artifacts: [{ name: 'shop', digest, source: 'probed' }],
    },
    environment: { name: 'staging', targetUrl: 'http://127.0.0.1:1' },
    verdict,
    word: readinessWord[verdict],
    policy: { name: 'whole-stage', title: 'The whole stage', gates: ['security', 'performance'], maxAgeHours: {} },
    sentence,
    missing,
    gates: [
      { id: 'security', title: 'Security', verdict: 'pass', summary: '12 of 12', score: 100 },
      {
        id: 'performance',
        title: 'Performance',
        verdict: verdict === 'fail' ? 'fail' : 'pass',
        summary: 'p99 213 of 200 ms',
        score: 50,
      },
    ],
    objectives: [],
    timeline: { bucketMs: 1000, points: [], bands: [] },
    programs: [],
    host: { cpus: 2, memoryBytes: 1, platform: 'linux', node: 'v20' },
    evidence: { files: 1, bytes: 1, manifestSha256: 'e'.repeat(64) },
    warnings: [],
    sections: {},
  };
}

export function requestOf(about: About): RequestContent {
  const results = resultsOf(about);
  const commit = about.commit === undefined ? 'a'.repeat(40) : about.commit;
  const approved = { run: about.approved ?? '2026-11-29T0700-9999', manifestSha256: 'c'.repeat(64) };
  return {
    ...{ results, commit, approved: approved.run, decision: decisionOf(results, []) },
    subject: subjectOf(results, { commit, approved, to: 'production' }),
    links: linksOf(about.publicUrl === undefined ? 'https://reports.example.com/runs' : about.publicUrl, {}),
    certificate: { done: 'summary.dsse.json' },
    packed: { file: '/x/shop.tar.gz', bytes: 3, sha256: 'f'.repeat(64), files: 2 },
  };
}
