import { duration } from '../../gate/words.ts';
import type { Comparison, Unit } from '../../model/verdict.ts';
import { byteSize, count, plural, quantity, target } from '../../report-kit/format.ts';
import { frameView } from '../../report-kit/frame.ts';
import { renderPage } from '../../report-kit/render.ts';
import { readableDeep } from '../../report-kit/text.ts';
import type { VerdictView } from '../../report-kit/verdict.ts';
import type { ReleasePredicate, Statement } from '../../signing/statement.ts';
import { certificateFolder, certificatePage, envelopeName } from './files.ts';

const mostLines = 12;
const mostRows = 300;

/**
 * `certificate.html`: what a certificate certifies, for people. The same certificate gives the same bytes.
 * @param sha256 of its envelope
 */
export function pageOf(statement: Statement, sha256: string): string {
  if (statement.kind !== 'release') throw new RangeError('Only a certificate has a page.');
  const { subject, predicate } = readableDeep(statement) as Extract<Statement, { kind: 'release' }>;
  const { candidate, environment, run, measurements } = predicate;
  return renderPage('certificate', {
    page: frameView(
      { candidate, environment: { name: environment.name, targetUrl: '' }, run },
      {
        verdict: 'pass',
        word: 'Certificate',
        kind: 'certificate of',
        current: certificatePage,
        links: [
          { href: 'index.html', text: 'Readiness' },
          { href: certificatePage, text: 'Certificate' },
        ],
      },
    ),
    verdict: verdictView(predicate),
    subjects: subject.map(({ name, digest }) => ({ name, sha256: digest.sha256 })),
    facts: facts(predicate, sha256),
    tables: [
      {
        title: 'Gates',
        head: ['Gate', 'Verdict', 'What it came to'],
        rows: predicate.gates.map(({ title, verdict, summary }) => [title, verdict, summary]),
      },
      {
        title:
          measurements.length > mostRows
            ? `Measurements, the first ${mostRows} of ${measurements.length}`
            : 'Measurements',
        head: ['What', 'Measured', 'Target', 'Verdict', 'Samples'],
        rows: measurements
          .slice(0, mostRows)
          .map(({ title, value, unit, comparison, target: wanted, verdict, samples }) => [
            title,
            quantity(value, unit as Unit, wanted),
            target(comparison as Comparison, wanted, unit as Unit),
            verdict,
            count(samples),
          ]),
      },
    ],
    commands: [
      `shakedown verify ${certificateFolder}/${envelopeName('release')} --key certificate.pub --artifact <file> --environment '${environment.name.replaceAll("'", "'\\''")}' --policy <policy> --max-age 24h`,
    ],
  });
}

function verdictView(predicate: ReleasePredicate): VerdictView {
  const { candidate, environment, policy, issued, expires, notShown } = predicate;
  const lifeMs = Date.parse(expires) - Date.parse(issued);
  return {
    verdict: 'pass',
    word: 'CERTIFIED',
    subject: `${candidate.name} ${candidate.version}`,
    spoken: `Certificate of ${candidate.name} ${candidate.version}`,
    sentence: `It is READY for ${environment.name}, by the policy “${policy.title}”, until ${shown(expires)}.`,
    notices: [],
    facts: [
      { name: 'Issued', value: shown(issued) },
      { name: 'Counts for', value: duration(lifeMs) },
      { name: 'Policy', value: policy.title },
      { name: 'Gates', value: count(policy.gates.length) },
    ],
    eyebrow: null,
    aside: {
      title: 'What was not shown',
      lines: notShown.slice(0, mostLines),
      leftOut: Math.max(0, notShown.length - mostLines),
    },
  };
}

/** To the minute; the exact time stands below. */
const shown = (time: string) => time.replace(/^(.{10})T(\d\d:\d\d).*$/, '$1 $2 UTC');

function facts(predicate: ReleasePredicate, sha256: string): { name: string; value: string }[] {
  const { policy, run, evidence, judgedBy, supersedes, issued, expires, environment } = predicate;
  return [
    { name: 'Environment', value: environment.name },
    { name: 'Issued', value: issued },
    { name: 'Counts until', value: expires },
    { name: 'Policy', value: `${policy.title} (sha256:${policy.sha256})` },
    { name: 'Gates that it names', value: policy.gates.join(', ') },
    { name: 'Run', value: `${run.id}, attempt ${run.attempt}` },
    {
      name: 'Evidence',
      value: `${plural(evidence.files, 'file')}, ${byteSize(evidence.bytes)}: manifest.json sha256:${evidence.manifestSha256}`,
    },
    { name: 'Results', value: `sha256:${evidence.resultsSha256}` },
    {
      name: 'Rests on',
      value: evidence.restsOn.length === 0 ? 'no other run' : evidence.restsOn.map((one) => one.run).join(', '),
    },
    { name: 'Judged by', value: `${judgedBy.name} ${judgedBy.version}` },
    {
      name: 'Replaces',
      value: supersedes.length === 0 ? 'no other certificate' : supersedes.map((one) => one.run).join(', '),
    },
    { name: 'This certificate', value: `sha256:${sha256}` },
  ];
}
