import type { Preview, PreviewAsked } from '../../domains/companion.ts';
import { virtualUsers } from '../../domains/load/public.ts';
import { admitRecording, makePlan, readManifest, tagRules } from '../../domains/traffic/public.ts';
import { grouped } from '../../gate/words.ts';
import { type ExitCode, exitCodes } from '../../model/error.ts';
import type { PlanSummary } from '../../model/plan.ts';
import { outOfReachLine } from './out-of-reach.ts';
import { itemWords, previewsOf } from './previews.ts';

/** What a run would send. */
export interface DryRun {
  plan: PlanSummary;
  recording: { name: string; requests: number; sessions: number; durationMs: number; timeResolutionMs: number };
  engine: string;
  virtualUsers: number;
  connections: string;
  /** Requests by target; a sample system has its address only when it runs. */
  hosts: { origin: string; requests: number }[];
  methods: { method: string; requests: number }[];
  /** What would run beside the load, such as experiments. */
  beside: Preview[];
  /** What no run of this plan can show, and what would; null: all is within reach. */
  outOfReach: string | null;
}

const sampleOrigin = 'http://sample.invalid';

/** Plans a run as `simulate` does, without starting, finding or asking anything. @throws ShakedownError PLAN_…, TRAFFIC_… */
export async function dryRun(asked: PreviewAsked, signal: AbortSignal): Promise<DryRun> {
  const { config, durationMs } = asked;
  const manifest = await readManifest(config.traffic.recording);
  admitRecording(manifest, config.traffic);
  const { target, replay } = config;
  const isSample = target.sample !== null;
  const plan = await makePlan({
    folder: config.traffic.recording,
    manifest,
    options: { ...config.load, durationMs },
    target: {
      baseUrl: target.baseUrl ?? sampleOrigin,
      hosts: target.hosts,
      headers: Object.fromEntries(target.headers),
      dropHeaders: target.dropHeaders,
    },
    rules: replay.extraction,
    data: replay.data,
    bodies: replay.bodies,
    login: replay.login,
    tags: tagRules(config),
    signal,
  });
  const { summary } = plan;
  const hosts = summary.targets.map(() => 0);
  const methods = new Map<string, number>();
  for await (const { requests } of plan.sessions()) {
    for (const { target: host, method } of requests) {
      hosts[host] = (hosts[host] ?? 0) + 1;
      methods.set(method, (methods.get(method) ?? 0) + 1);
    }
  }
  const { name, requests, sessions, timeResolutionMs } = manifest;
  return {
    beside: await previewsOf(asked),
    outOfReach: await outOfReachLine(config, summary, durationMs),
    plan: summary,
    recording: { name, requests, sessions, durationMs: manifest.durationMs, timeResolutionMs },
    engine: config.engine.prefer,
    virtualUsers: virtualUsers(summary),
    connections: config.connections,
    hosts: summary.targets.map((origin, i) => ({
      origin: isSample && origin === sampleOrigin ? 'the sample system' : origin,
      requests: hosts[i] ?? 0,
    })),
    methods: [...methods].sort((a, b) => b[1] - a[1]).map(([method, sent]) => ({ method, requests: sent })),
  };
}

/** By what would not run beside the load: 2 for what cannot, 3 for what would be left open, 0 where nothing is lost. */
export function exitCodeOfDryRun({ beside }: Pick<DryRun, 'beside'>): ExitCode {
  const losses = beside.flatMap(({ items }) => items.map(({ loss }) => loss));
  if (losses.includes('mistake')) return exitCodes.usage;
  return losses.includes('open') ? exitCodes.inconclusive : exitCodes.ready;
}

/** Of what stands before each line. */
const nameWidth = 13;

/** The same for people, a line each. */
export function planLines(dry: DryRun): string[] {
  const { plan, recording, hosts, methods } = dry;
  const { options, waits, recorded } = plan;
  const part = (requests: number) => `${grouped(requests)} (${percent(requests / Math.max(1, plan.requests))})`;
  const list = (all: { what: string; requests: number }[]) =>
    all.length === 0 ? ['none'] : all.map(({ what, requests }) => `${what}: ${part(requests)}`);
  const rows: [string, string[]][] = [
    [
      'Recording',
      [
        `${oneLine(recording.name)}: ${grouped(recording.requests)} requests in ${grouped(recording.sessions)} sessions over ${seconds(recording.durationMs)}, times exact to ${recording.timeResolutionMs} ms`,
      ],
    ],
    [
      'Plan',
      [
        `${options.mode}, ${seconds(options.durationMs)}, seed ${options.seed}: ${grouped(plan.requests)} requests in ${grouped(plan.sessions)} sessions`,
        `${rate(plan.averageRatePerSecond)} on average, ${rate(plan.peakRatePerSecond)} in the busiest second${recorded === undefined ? '' : `; ${rate(recorded.ratePerSecond)} recorded`}`,
        `${grouped(plan.peakSessions)} sessions under way at once at the most: ${grouped(dry.virtualUsers)} virtual users`,
        `schedule ${plan.scheduleSha256}`,
      ],
    ],
    ['Engine', [`${dry.engine}, connections: ${dry.connections}`]],
    ['Hosts', list(hosts.map(({ origin, requests }) => ({ what: origin, requests })))],
    ['Methods', list(methods.map(({ method, requests }) => ({ what: method, requests })))],
    [
      'Left out',
      plan.leftOut.length === 0
        ? ['nothing']
        : plan.leftOut.map(({ reason, requests }) => `${oneLine(reason)}: ${grouped(requests)}`),
    ],
    ...(plan.bodies === undefined ? [] : bodyRows(plan.bodies)),
    ...(plan.login === undefined ? [] : [['Logins', [loginLine(plan.login)]] as [string, string[]]]),
    ...(waits === undefined
      ? []
      : [
          [
            'Waits',
            [
              `${grouped(waits.forAnswers)} requests of the recording wait for an answer they came after, ${grouped(waits.forValues)} for a value they need`,
              ...(waits.unknown === 0
                ? []
                : [`${grouped(waits.unknown)} may have waited, which it does not show: they are sent at their moment`]),
            ],
          ] as [string, string[]],
        ]),
    ...dry.beside.map(({ title, items }): [string, string[]] => [title, items.map((item) => oneLine(itemWords(item)))]),
    ...(dry.outOfReach === null ? [] : [['Out of reach', [plain(dry.outOfReach)]] as [string, string[]]]),
    ['', ['Nothing was sent.']],
  ];
  return rows.flatMap(([name, lines]) =>
    lines.map((line, i) => `${(i === 0 ? name : '').padEnd(nameWidth)}${line}`.trimEnd()),
  );
}

const routesShown = 20;

function bodyRows({ joined, missing }: NonNullable<PlanSummary['bodies']>): [string, string[]][] {
  const lines = (all: readonly string[]) =>
    all.length > routesShown ? [...all.slice(0, routesShown), `and ${all.length - routesShown} more routes`] : [...all];
  const given = joined.map(
    ({ route, from, requests }) => `${oneLine(route)}: ${grouped(requests)}, from ${oneLine(from)}`,
  );
  const none = missing.map(({ route, requests }) => `${oneLine(route)}: ${grouped(requests)}`);
  return [
    ...(given.length === 0 ? [] : [['Bodies', lines(given)] as [string, string[]]]),
    ...(none.length === 0 ? [] : [['No body', lines(none)] as [string, string[]]]),
  ];
}

function loginLine({ requests, users, sessions, added, recorded }: NonNullable<PlanSummary['login']>): string {
  const as = users === null ? 'all with the same credentials' : `as ${grouped(users)} users`;
  return `${grouped(sessions)} sessions of the recording log in, ${as}, by ${requests.map(oneLine).join(', ')}: ${grouped(recorded)} where they were recorded, ${grouped(added)} added before what needs them`;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const rate = (perSecond: number) => `${perSecond.toFixed(1)}/s`;
const seconds = (ms: number) => `${(ms / 1000).toLocaleString('en-US', { maximumFractionDigits: 1 })} s`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a name from a recording must not move the cursor
const plain = (text: string) => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
const oneLine = (text: string) => plain(text).slice(0, 300);
