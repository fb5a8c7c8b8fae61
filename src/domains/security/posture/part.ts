import { randomBytes } from 'node:crypto';
import { tlsOptions } from '../../../environment/tls.ts';
import { ShakedownError } from '../../../model/error.ts';
import { withEnvironment } from '../../environment-values.ts';
import { admitRecording, readManifest, readSessions } from '../../traffic/public.ts';
import { type ValidationContext, validationWork } from '../../validation.ts';
import { barOf } from '../bar.ts';
import { accessChecks, postureChecks } from './checks.ts';
import { judgePosture, type PostureEvidence, postureEvidence } from './judge.ts';
import { lookAround } from './look.ts';
import { nothingRecorded, type Recorded, readRecorded } from './recorded.ts';
import type { PostureUser } from './settings.ts';

/** What can be seen without logging in. It changes nothing. */
export const posture = validationWork<PostureEvidence>({
  evidence: postureEvidence,
  run: (context) => look(context as ValidationContext<PostureEvidence>, 'posture'),
  judge: (evidence, ended) => judgePosture(evidence, ended, postureChecks),
});

/** What users can do. It logs in, and makes what the configuration says. */
export const access = validationWork<PostureEvidence>({
  evidence: postureEvidence,
  run: (context) => look(context as ValidationContext<PostureEvidence>, 'access'),
  judge: (evidence, ended) => judgePosture(evidence, ended, accessChecks),
});

async function look(context: ValidationContext<PostureEvidence>, part: 'posture' | 'access'): Promise<void> {
  const { config, signal } = context;
  const written = config.security.posture;
  const asked = part === 'posture' ? written : { ...written, users: written.users.map(filledUser) };
  if (
    part === 'access' &&
    asked.users.length === 0 &&
    accessChecks.some(({ id }) => asked.leaveOut[id] === undefined)
  ) {
    throw new ShakedownError('NOT_CONFIGURED', 'No users are configured.', {
      hint: 'Name two users and their login in security.posture, or why a check is left out in security.posture.leaveOut.',
    });
  }
  const { baseUrl } = await context.target();
  const isSample = config.target.sample !== null;
  const startedAt = performance.now();
  context.record({
    kind: 'begun',
    bar: barOf(config.security, part),
    leftOut: { ...asked.leaveOut },
    isHttps: baseUrl.startsWith('https:'),
  });
  const { recorded, problem } =
    part === 'access' ? { recorded: nothingRecorded, problem: null } : await recordedOf(config);
  if (problem !== null) context.mark({ text: `the recording could not be used: ${problem}`, kind: 'trouble' });
  const requests = await lookAround(
    {
      baseUrl,
      allowHosts: isSample ? [new URL(baseUrl).host] : config.target.allowHosts,
      headers: Object.fromEntries(config.target.headers),
      tls: await tlsOptions(config.target.tls),
      ...{ posture: asked, recorded, recordingProblem: problem, signal },
      checks: (part === 'access' ? accessChecks : postureChecks).map(({ id }) => id),
      random: `zq${randomBytes(6).toString('hex')}`,
      phase: (text) => context.phase(text),
    },
    (looked) => context.record({ kind: 'looked', ...looked }),
  );
  context.record({ kind: 'done', requests, tookMs: performance.now() - startedAt });
}

/** @throws ShakedownError SECURITY_USER where an environment variable is not set */
function filledUser({ name, fields }: PostureUser): PostureUser {
  const filled = Object.entries(fields).map(([field, value]) => {
    const told = withEnvironment(value);
    if ('value' in told) return [field, told.value] as const;
    throw new ShakedownError('SECURITY_USER', `${field} of ${name} ${told.problem}.`, {
      hint: 'Set it, or correct security.posture.users.',
    });
  });
  return { name, fields: Object.fromEntries(filled) };
}

async function recordedOf(
  config: ValidationContext['config'],
): Promise<{ recorded: Recorded; problem: string | null }> {
  const { recording } = config.traffic;
  try {
    const manifest = await readManifest(recording);
    admitRecording(manifest, config.traffic);
    return { recorded: await readRecorded(readSessions(recording, manifest)), problem: null };
  } catch (error) {
    return { recorded: nothingRecorded, problem: (error as Error).message };
  }
}
