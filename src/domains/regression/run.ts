import { writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { join } from 'node:path';
import { withTeardown } from '../../evidence/teardown.ts';
import { startTokens } from '../load/public.ts';
import { Random } from '../traffic/public.ts';
import type { ValidationContext } from '../validation.ts';
import { type Arm, type Arms, artifactsIn } from './arms/arms.ts';
import { configuredArms } from './arms/configured.ts';
import { sampleArms } from './arms/sample.ts';
import { map, type Three } from './compare/compare.ts';
import type { Evidence } from './evidence.ts';
import { ask } from './replay/ask.ts';
import { type Chosen, chooseSessions } from './replay/choose.ts';
import { Comparison, type Taken } from './replay/comparison.ts';
import { ArmSession, type ArmSettings } from './replay/session.ts';

const snapshotEveryMs = 20_000;
const routesShown = 200;

/** Replays the same sessions to the three arms, and compares what they answer. @throws ShakedownError NOT_CONFIGURED and what stands in its way */
export function replayAndCompare(context: ValidationContext<Evidence>): Promise<void> {
  // The arms end with this part: those after it have the machine to themselves.
  return withTeardown((teardown) => compareArms({ ...context, teardown }));
}

async function compareArms(context: ValidationContext<Evidence>): Promise<void> {
  const { config, signal, record, mark, phase, teardown, projectFolder } = context;
  const arms = config.target.sample === null ? await configuredArms(context) : await sampleArms(context);
  const tokens = await startTokens(config.target.tokenHook, projectFolder, (text) => mark({ text, kind: 'trouble' }));
  teardown.before('stop fetching tokens', () => tokens.stop());
  const chosen = await chooseSessions(config, arms.arms[2].baseUrl, signal);
  const { timeoutMs, bytesAtMost } = config.regression;
  const settings = map(
    arms.arms,
    ({ baseUrl }): ArmSettings => ({
      ...{ baseUrl, tls: arms.tls, timeoutMs, bytesAtMost, signal },
      overlay: tokens.overlay,
    }),
  );
  const comparison = new Comparison();
  const ended = arms.sideBySide
    ? await together(context, arms, settings, chosen, comparison)
    : await inTurn(context, arms, settings, chosen, comparison);
  for (const each of comparison.times.evidence()) record(each);
  await writeFile(join(context.folder, 'fields.json'), `${JSON.stringify(comparison.fields(), null, 1)}\n`);
  if (ended && !signal.aborted)
    record({
      kind: 'after',
      artifacts: await Promise.all(arms.arms.map((arm, i) => made(arm, settings[i] as ArmSettings))),
    });
  signal.throwIfAborted();
  phase(`${comparison.requests} requests were compared`);
}

/** Every request goes to all arms, in an order that changes, before the next one is sent. */
async function together(
  context: ValidationContext<Evidence>,
  arms: Arms,
  settings: Three<ArmSettings>,
  { plan, sessions, ...chosen }: Chosen,
  comparison: Comparison,
): Promise<boolean> {
  const { signal, record, phase, config } = context;
  for (const arm of arms.arms) await arms.prepare(arm);
  await begin(context, arms, settings, { plan, sessions, ...chosen });
  const random = new Random(`regression ${config.load.seed}`);
  let snapshotMs = performance.now();
  let gone: string | null = null;
  for (const [index, { session, steps }] of sessions.entries()) {
    const players = map(settings, (each) => new ArmSession(session, plan, each));
    for (const [place, { request, route }] of steps.entries()) {
      const taken: (Taken | null)[] = [null, null, null];
      const first = random.uint32() % 3;
      const step = 1 + (random.uint32() % 2);
      for (let turn = 0; turn < 3; turn++) {
        const arm = (first + turn * step) % 3;
        const player = players[arm as 0 | 1 | 2];
        const answer = await player.send(request);
        taken[arm] = answer === null ? null : comparison.read(answer, place, route, player.ids);
      }
      if (signal.aborted) break;
      gone = comparison.add(route, taken as unknown as Three<Taken | null>, request.expectedStatus);
      if (gone !== null) break;
    }
    for (const player of players) player.close();
    comparison.endSession(map(players, ({ failedLogins }) => failedLogins));
    if (signal.aborted || gone !== null) break;
    if (performance.now() - snapshotMs > snapshotEveryMs) {
      snapshotMs = performance.now();
      record(comparison.evidence(sessions.length));
      phase(`${index + 1} of ${sessions.length} sessions`);
    }
  }
  record(comparison.evidence(sessions.length));
  return wasGone(context, comparison, gone);
}

/** One arm after the other, for want of room for three: what each answered is kept until the last one is through. */
async function inTurn(
  context: ValidationContext<Evidence>,
  arms: Arms,
  settings: Three<ArmSettings>,
  chosen: Chosen,
  comparison: Comparison,
): Promise<boolean> {
  const { signal, record, phase } = context;
  const { plan, sessions } = chosen;
  const kept: (Taken | null)[][][] = [];
  const failed: [number, number, number][] = sessions.map(() => [0, 0, 0]);
  let gone: string | null = null;
  for (const [number, arm] of arms.arms.entries()) {
    if (signal.aborted || gone !== null) break;
    phase(`preparing the arm ${arm.id}`);
    await arms.prepare(arm);
    if (number === 0) await begin(context, arms, settings, chosen);
    const own: (Taken | null)[][] = [];
    kept.push(own);
    let lost = 0;
    for (const [index, { session, steps }] of sessions.entries()) {
      if (signal.aborted || gone !== null) break;
      const player = new ArmSession(session, plan, settings[number as 0 | 1 | 2]);
      const answers: (Taken | null)[] = [];
      own.push(answers);
      for (const [place, { request, route }] of steps.entries()) {
        const answer = await player.send(request);
        answers.push(answer === null ? null : comparison.read(answer, place, route, player.ids));
        if (answer !== null) lost = answer.status === 0 ? lost + 1 : 0;
        if (lost >= Comparison.goneAfter) gone = comparison.lost(number as 0 | 1 | 2, route, answer?.error ?? '');
        if (signal.aborted || gone !== null) break;
      }
      player.close();
      (failed[index] as [number, number, number])[number as 0 | 1 | 2] = player.failedLogins;
    }
  }
  const [first = [], second = [], third = []] = kept;
  for (const [index, { steps }] of sessions.entries()) {
    for (const [place, { request, route }] of steps.entries()) {
      const three = [first, second, third].map((arm) => arm[index]?.[place]);
      if (three.some((each) => each === undefined)) break;
      comparison.add(route, three as unknown as Three<Taken | null>, request.expectedStatus);
    }
    if (third[index] !== undefined) comparison.endSession(failed[index] as [number, number, number]);
  }
  record(comparison.evidence(sessions.length));
  return wasGone(context, comparison, gone);
}

function wasGone({ record, mark }: ValidationContext<Evidence>, comparison: Comparison, gone: string | null): boolean {
  if (gone === null) return true;
  for (const each of comparison.goneArms) record(each);
  mark({ text: gone, kind: 'trouble' });
  return false;
}

async function begin(
  { config, record, mark }: ValidationContext<Evidence>,
  { arms, sideBySide }: Arms,
  settings: Three<ArmSettings>,
  { plan, sessions, routes, elsewhere }: Chosen,
): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const { falseAlarms, marginPercent, expected } = config.regression;
  record({
    ...{ kind: 'arms', sideBySide, falseAlarms, marginPercent },
    arms: await Promise.all(
      arms.map(async (arm, i) => ({
        id: arm.id,
        version: arm.version,
        artifacts: await made(arm, settings[i] as ArmSettings),
      })),
    ),
    expected: expected.map((one) => ({ ...one, expired: one.expires < today })),
    leftOut: [
      ...plan.leftOut
        .filter(({ reason }) => reason !== 'after the end')
        .map(({ reason, requests }) => ({ reason, requests })),
      ...(elsewhere === 0 ? [] : [{ reason: 'sent to another origin than the target’s', requests: elsewhere }]),
    ],
    routesLeftOut: routes
      .filter((one) => one.sessions === 0)
      .map(({ route }) => route)
      .slice(0, routesShown),
  });
  mark({
    text: `${sessions.length} sessions are replayed to ${arms.map(({ id, version }) => `${id} (${version})`).join(', ')}`,
    kind: 'info',
  });
}

/** What an arm says that it is made of; null: nothing. */
async function made({ artifactUrl }: Arm, { tls, signal, overlay }: ArmSettings) {
  if (artifactUrl === null) return null;
  const agent = new (artifactUrl.startsWith('https:') ? TlsAgent : Agent)({ keepAlive: false, ...tls });
  const headers = overlay() ?? {};
  const { status, body } = await ask({
    url: artifactUrl,
    method: 'GET',
    headers,
    body: null,
    agent,
    timeoutMs: 5000,
    bytesAtMost: 65_536,
    signal,
  });
  agent.destroy();
  return status === 200 ? artifactsIn(body.toString('utf8')) : null;
}
