import type { Results } from '../../../model/results.ts';
import {
  byteSize,
  count,
  duration,
  milliseconds,
  nothing,
  perSecond,
  plainNumber,
  plural,
} from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import { moment } from '../../../report-kit/time.ts';
import type { Fact } from '../../../report-kit/verdict.ts';
import type { LoadSection } from '../section.ts';
import { engineText } from './facts.ts';

export interface FactGroup {
  title: string;
  facts: Fact[];
}

export interface ProvenanceView {
  groups: FactGroup[];
  leftOut: { reason: string; requests: string }[];
  notReplayable: { kind: string; count: string }[];
  programs: { name: string; version: string; origin: string }[];
  command: string;
  schedule: string;
  seed: string;
}

/** As the plan names it. */
const noBody = 'no body recorded';

const modes = {
  recorded: 'as recorded, once',
  loop: 'looped, each time with sessions of its own',
  bootstrap: 'sessions drawn with replacement',
} as const;

function recordingFacts({ recording }: LoadSection): Fact[] {
  const { privacy } = recording;
  const scan = privacy.state === 'anonymized' ? privacy.scan : null;
  return [
    { name: 'Name', value: shortened(recording.name, 120) },
    { name: 'Holds', value: `${plural(recording.requests, 'request')} in ${plural(recording.sessions, 'session')}` },
    { name: 'Length', value: duration(recording.durationMs) },
    { name: 'Times exact to', value: milliseconds(recording.timeResolutionMs) },
    { name: 'Anonymized', value: privacy.state === 'anonymized' ? 'yes' : 'no' },
    {
      name: 'Leak scan',
      value:
        scan === null
          ? 'none'
          : `${scan.passed ? 'passed' : 'failed'}: ${plural(scan.findings, 'finding')} in ${plural(scan.checked, 'value')}, ${moment(scan.at)}`,
    },
    { name: 'Declared as the user’s own', value: recording.declaredOwn ? 'yes: used without a passed scan' : 'no' },
    ...(scan === null ? [] : [{ name: 'SHA-256 of the scanned files', value: shortened(scan.shardsSha256, 80) }]),
  ];
}

function loginFacts({ plan: { login, bodies }, logins = [] }: LoadSection): Fact[] {
  const joined = (bodies?.joined ?? []).reduce((sum, { requests }) => sum + requests, 0);
  const from = [...new Set((bodies?.joined ?? []).map((one) => one.from))];
  const failed = logins.filter(({ problem }) => problem !== '').reduce((sum, { count: times }) => sum + times, 0);
  const sent = logins.reduce((sum, { count: times }) => sum + times, 0);
  return [
    ...(joined === 0
      ? []
      : [
          {
            name: 'Bodies joined',
            value: shortened(`${plural(joined, 'request')} of the recording, from ${from.join(', ')}`, 160),
          },
        ]),
    ...(login === undefined
      ? []
      : [
          {
            name: 'Log in',
            value: `${plural(login.sessions, 'session')} of the recording, ${login.users === null ? 'with the same credentials' : `as ${plural(login.users, 'user')}`}`,
          },
          {
            name: 'Requests that logged in',
            value: `${count(sent)}${failed === 0 ? ', none failed' : `, ${count(failed)} failed`}`,
          },
        ]),
  ];
}

/** Where a route is left out for want of a body, it is named. */
function leftOutRows({ leftOut, bodies }: LoadSection['plan']): ProvenanceView['leftOut'] {
  const row = (reason: string, requests: number) => ({ reason: shortened(reason, 120), requests: count(requests) });
  return leftOut.slice(0, 20).flatMap(({ reason, requests }) => {
    const routes = reason === noBody ? (bodies?.missing ?? []) : [];
    return [
      row(reason, requests),
      ...routes.slice(0, 20).map((one) => row(`${reason}, of the recording: ${one.route}`, one.requests)),
    ];
  });
}

function planFacts(load: LoadSection): Fact[] {
  const { plan } = load;
  const { options } = plan;
  return [
    { name: 'Way', value: modes[options.mode] ?? shortened(String(options.mode), 40) },
    { name: 'Length', value: duration(options.durationMs) },
    {
      name: 'Rate asked for',
      value: options.ratePerSecond === undefined ? 'as recorded' : perSecond(options.ratePerSecond),
    },
    { name: 'Scale, speed', value: `${plainNumber(options.scale, 3)} ×, ${plainNumber(options.speed, 3)} ×` },
    { name: 'Shape', value: shortened(String(options.shape.kind), 40) },
    { name: 'Methods that write', value: options.writes === 'safe' ? 'left out' : 'sent as recorded' },
    ...loginFacts(load),
    ...waitFacts(plan),
    { name: 'Planned', value: `${plural(plan.requests, 'request')} in ${plural(plan.sessions, 'session')}` },
  ];
}

function waitFacts({ waits, options }: LoadSection['plan']): Fact[] {
  if (waits === undefined) return [];
  const open = options.waits === 'values';
  return [
    {
      name: 'Wait for an answer they came after',
      value: open ? 'none: waits for values only' : `${plural(waits.forAnswers, 'request')} of the recording`,
    },
    {
      name: 'Wait for an answer with a value they need',
      value: `${plural(waits.forValues, 'request')} of the recording`,
    },
    ...(open
      ? []
      : [
          {
            name: 'May have waited: sent at their moment',
            value: `${plural(waits.unknown, 'request')} of the recording${waits.unknown === 0 ? '' : ', which does not show it'}`,
          },
        ]),
  ];
}

function machineFacts({ engine, generator }: LoadSection, { host, environment }: Results): Fact[] {
  return [
    { name: 'Engine', value: engineText(engine) },
    { name: 'Can certify a release', value: engine.certifiable ? 'yes' : 'no' },
    ...(engine.note === null ? [] : [{ name: 'Note', value: shortened(engine.note, 300) }]),
    { name: 'Virtual users', value: count(generator.virtualUsers) },
    {
      name: 'Host',
      value: `${plural(host.cpus, 'core')}${host.cpuModel === undefined ? '' : ` of ${shortened(host.cpuModel, 60)}`}, ${byteSize(host.memoryBytes)}, ${shortened(host.platform, 60)}`,
    },
    { name: 'Node', value: shortened(host.node, 40) },
    { name: 'Target', value: shortened(environment.targetUrl, 160) || nothing },
  ];
}

/** Where the traffic, the plan and the engine come from, and how to make the same run again. */
export function provenanceView(results: Results): ProvenanceView | null {
  const { load } = results.sections;
  if (load === undefined) return null;
  const { programs, run } = results;
  const { recording, plan } = load;
  return {
    groups: [
      { title: 'Recording', facts: recordingFacts(load) },
      { title: 'Plan', facts: planFacts(load) },
      { title: 'Engine and machine', facts: machineFacts(load, results) },
    ],
    leftOut: leftOutRows(plan),
    notReplayable: recording.notReplayable
      .slice(0, 20)
      .map(({ kind, count: found }) => ({ kind: shortened(kind, 80), count: count(found) })),
    programs: programs.slice(0, 20).map(({ name, version, origin }) => ({
      name: shortened(name, 60),
      version: shortened(version, 60),
      origin: shortened(origin, 120),
    })),
    command: shortened(run.command, 400),
    schedule: shortened(plan.scheduleSha256, 80),
    seed: String(plan.options.seed),
  };
}
