import type { GateResult } from '../../../model/verdict.ts';
import { plural } from '../../../report-kit/format.ts';
import { markdownCode, markdownText, markdownTable as table, withinSize } from '../../../report-kit/markup.ts';
import { asSentence, firstWords, visible } from '../../../report-kit/text.ts';
import { moment } from '../../../report-kit/time.ts';
import type { RequestContent } from './content.ts';

const signs: Record<GateResult['verdict'], string> = { pass: '✅', fail: '🛑', inconclusive: '🔶', 'not run': '⬜' };
const words: Record<GateResult['verdict'], string> = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'inconclusive',
  'not run': 'not judged',
};
const order = ['fail', 'not run', 'inconclusive', 'pass'];
const linked = [
  ['index.html', 'the report'],
  ['readiness.html', 'readiness'],
  ['promotion.html', 'deployment plan'],
  ['final.html', 'candidate and earlier runs'],
] as const;

const says = (text: string) => markdownText(visible(text));
const code = (text: string) => markdownCode(visible(text));

/** How much of it is said: all, as a file; less where a forge takes no more. */
interface Length {
  readonly missing: number;
  readonly passedGates: boolean;
  readonly artifacts: number;
  readonly words: number;
  readonly bytes: number;
}

const whole: Length = { missing: 200, passedGates: true, artifacts: 100, words: 2_000, bytes: 900_000 };

/** `promotion-request.md` */
export function requestMarkdown(content: RequestContent): string {
  return request(content, whole);
}

/** The same for a comment, long to short; each is tried where the one before is too long. @param limit characters that the forge takes */
export function commentBodies(content: RequestContent, limit: number): string[] {
  const lengths: Length[] = [
    { missing: 12, passedGates: true, artifacts: 10, words: 400, bytes: limit },
    { missing: 5, passedGates: false, artifacts: 4, words: 240, bytes: Math.min(limit, 8_000) },
    { missing: 1, passedGates: false, artifacts: 1, words: 120, bytes: Math.min(limit, 2_000) },
  ];
  return lengths.map((length) => request(content, length));
}

function request(content: RequestContent, length: Length): string {
  const { results, decision, subject, commit, approved } = content;
  const { word, verdict, sentence } = decision;
  const { candidate, gates, missing, environment, policy, run } = results;
  const short = (text: string) => says(firstWords(visible(text), length.words));
  const shown = [...gates]
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
    .filter((gate) => length.passedGates || gate.verdict !== 'pass');
  const passed = gates.filter((gate) => gate.verdict === 'pass').length;
  const kept = missing.slice(0, length.missing);
  const decides = (id: string) => policy === null || policy.gates.includes(id);
  return withinSize(
    [
      `## ${signs[verdict]} ${word}: ${short(candidate.name)} ${short(candidate.version)} to production`,
      short(asSentence(sentence)),
      ...(word === 'READY'
        ? []
        : ['> [!CAUTION]\n> Nothing is certified, nothing was packed as good, and no deployment is asked for.']),
      links(content),
      shown.length === 0
        ? `All ${plural(passed, 'gate')} passed.`
        : table(
            ['Gate', 'Verdict', 'Why'],
            shown.map((gate) => [
              short(gate.title),
              `${signs[gate.verdict]} ${words[gate.verdict]}${decides(gate.id) ? '' : ', not asked for by the policy'}`,
              short(gate.summary),
            ]),
            0,
          ),
      ...(length.passedGates || passed === 0 ? [] : [`${plural(passed, 'gate')} passed.`]),
      ...(kept.length === 0
        ? []
        : [
            '### Left out, or not shown',
            [
              ...kept.map((line) => `- ${short(line)}`),
              ...(missing.length > kept.length ? [`- and ${missing.length - kept.length} more, in the report`] : []),
            ].join('\n'),
          ]),
      '### What it is about',
      table(
        ['', ''],
        [
          [
            'Candidate',
            `${short(candidate.name)} ${short(candidate.version)}, in place of ${short(candidate.baselineVersion ?? 'a version that is not stated')}`,
          ],
          ['Commit, as declared', commit === null ? 'not stated' : code(commit)],
          ...artifactRows(content, length.artifacts),
          ['Tested on', short(environment.name)],
          ['Policy', policy === null ? 'none' : short(policy.title)],
          ['Approved run', approved === null ? 'none' : code(approved)],
          [
            'Certificate',
            'done' in content.certificate
              ? short(content.certificate.done)
              : `none: ${short(content.certificate.none)}`,
          ],
          ['Package', packageWords(content)],
          ['Promotion run', `${code(subject.run)}, ${moment(run.startedAt)}`],
        ],
        0,
      ),
    ].filter((part) => part !== ''),
    length.bytes,
  );
}

function artifactRows({ results }: RequestContent, most: number): [string, string][] {
  const artifacts = [
    ...new Map(results.candidate.artifacts.map((each) => [`${each.name}\n${each.digest}`, each])).values(),
  ];
  const rows = artifacts
    .slice(0, most)
    .map(({ name, digest }): [string, string] => [
      'Artifact',
      `${says(firstWords(visible(name), 120))} ${code(digest)}`,
    ]);
  if (artifacts.length === 0) return [['Artifact', 'none is known: what was tested may be another build']];
  return artifacts.length > most ? [...rows, ['', `and ${artifacts.length - most} more`]] : rows;
}

function packageWords({ packed }: RequestContent): string {
  if ('none' in packed) return `none: ${says(packed.none)}`;
  return `${code(packed.file.split('/').at(-1) ?? '')}, ${plural(packed.files, 'file')}, ${code(`sha256:${packed.sha256}`)}`;
}

function links({ links: found, subject, approved }: RequestContent): string {
  if (found === null)
    return 'The reports are in the folder of the run, and nowhere on the web: reports.publicUrl is not set.';
  const pages = linked.flatMap(([file, title]) => {
    const url = found.page(subject.run, file);
    return url === null ? [] : [`[${title}](${url})`];
  });
  const before = approved === null ? null : found.page(approved, 'index.html');
  if (before !== null) pages.push(`[what was approved](${before})`);
  return pages.length > 0
    ? `Reports: ${pages.join(' · ')}`
    : `Reports: [artifacts of the pipeline](${found.whole ?? ''})`;
}
