import { ShakedownError } from '../../../model/error.ts';
import { type ValidationContext, validationWork } from '../../validation.ts';
import { barOf } from '../bar.ts';
import { type ScanEvidence, scanEvidence } from './evidence.ts';
import { judgeScans } from './judge.ts';
import { testReport } from './penetration-test.ts';
import { scan } from './run.ts';
import { sampleScans } from './sample.ts';
import type { ScanPartId } from './settings.ts';

export const dependencies = scansOf('dependencies');
export const code = scansOf('code');
export const dynamic = scansOf('dynamic');

function scansOf(part: ScanPartId) {
  return validationWork<ScanEvidence>({
    evidence: scanEvidence,
    run: (context) => run(context as ValidationContext<ScanEvidence>, part),
    judge: judgeScans,
  });
}

async function run(context: ValidationContext<ScanEvidence>, part: ScanPartId): Promise<void> {
  const { config, projectFolder, folder, signal } = context;
  const { security } = config;
  const named = security.scans.filter((one) => one.part === part);
  const scans = named.length === 0 && config.target.sample !== null ? await sampleScans(part, context) : named;
  const report = part === 'dynamic' ? security.penetrationTest : null;
  if (scans.length === 0 && report === null) {
    throw new ShakedownError('NOT_CONFIGURED', `No scan of ${part} is configured.`, {
      hint: `Name results or commands of scanners in security.scans${part === 'dynamic' ? ', or a report in security.penetrationTest' : ''}.`,
    });
  }
  const { artifacts, baseUrl } = await context.target();
  const known = [...(config.artifacts ?? []), ...artifacts].map(({ name, digest }) => ({ name, digest }));
  const candidate = known.map(({ digest }) => digest);
  const hosts = [new URL(baseUrl).host, ...config.target.allowHosts];
  context.record({
    ...{
      kind: 'begun',
      bar: barOf(security, part),
      scans: scans.map(({ name }) => name),
      penetrationTest: report !== null,
    },
    ...{ candidate: [...new Set(candidate)], previousVersion: config.baselineVersion },
    artifacts: known.filter(({ digest }, i) => candidate.indexOf(digest) === i),
    unscanned: security.unscanned
      .filter((one) => one.part === part)
      .map(({ artifact, reason }) => ({ artifact, reason })),
  });
  for (const one of scans) {
    context.phase(`scan: ${one.name}`);
    context.record(await scan(one, { projectFolder, folder, signal, nowMs: Date.now(), hosts }));
  }
  if (report !== null) context.record(await testReport(report, folder));
}
