import type { CommandDeclaration, OptionDeclaration } from '../command.ts';
import { collected, durationMs, InvalidOption, percentShare, positiveNumber, wholeNumber } from '../option-values.ts';
import { asJson } from '../shared-options.ts';
import { formatNames } from './import/record.ts';

const recordingArgument = { flags: '<recording>', help: 'folder of the recording' };

const importing: CommandDeclaration = {
  name: 'traffic import',
  help: 'turn access logs, HAR, GoReplay and others into a recording; the formats are found from the content',
  arguments: [{ flags: '<files...>', help: 'files, plain or gzip' }],
  options: [
    { flags: '--out <folder>', help: 'where the recording goes', mandatory: true },
    { flags: '--name <name>', help: 'name of the recording' },
    {
      flags: '--format <name>',
      help: 'format of the files (default: found from the content)',
      choices: ['auto', ...formatNames.filter((name) => name !== 'log-format')],
    },
    {
      flags: '--log-format <format>',
      help: "format of access logs that are not recognized, as in nginx's log_format or Apache's LogFormat",
    },
    {
      flags: '--sessions <sign>',
      help: 'what distinguishes sessions: auto, cookie:<name>, header:<name>, user or client',
    },
    {
      flags: '--trusted-hops <count>',
      help: 'own proxies in front of what wrote the log, counted in X-Forwarded-For from the right (default: auto, the first public address)',
      parse: hops,
    },
    {
      flags: '--host <name>',
      help: "only requests to this host, such as *.example.com; may be given again (default: of a browser's recording, the visited site)",
      parse: collected,
    },
    { flags: '--gap <time>', help: 'inactivity that ends a session', parse: durationMs },
    { flags: '--field <ours=theirs>', help: 'field of a JSON log; may be given again', parse: field },
    {
      flags: '--route <pattern=route>',
      help: 'such as /shop/*/item/**=/shop/:shop/item; may be given again',
      parse: routeRule,
    },
    { flags: '--max-damaged <percent>', help: 'more damaged lines than this are an error', parse: percentShare },
    { flags: '--max-routes <count>', help: 'highest number of routes that are distinguished', parse: wholeNumber(1) },
    { flags: '--force', help: 'replace an existing recording' },
    { flags: '--json', help: 'print the manifest as JSON' },
  ],
  load: async () => (await import('./commands/import.ts')).trafficImport,
};

export const commands: readonly CommandDeclaration[] = [
  { name: 'traffic', help: 'make recordings: import, anonymize, inspect' },
  importing,
  {
    name: 'traffic anonymize',
    help: 'replace every value that is not structure by a pseudonym, and scan for leaks',
    arguments: [recordingArgument],
    options: [
      { flags: '--out <folder>', help: 'where the anonymized recording goes', mandatory: true },
      { flags: '--rules <file>', help: 'what may stay, by route and field' },
      {
        flags: '--key-file <file>',
        help: 'file with the key of the pseudonyms (or SHAKEDOWN_ANONYMIZE_KEY); a new one, not kept, when absent',
      },
      {
        flags: '--ask-target <url>',
        help: 'ask this target once, with HEAD, for each file that would be renamed; those that it has stay',
      },
      { flags: '--force', help: 'replace an existing recording' },
      { flags: '--json', help: 'print the report as JSON' },
    ],
    load: async () => (await import('./commands/anonymize.ts')).trafficAnonymize,
  },
  {
    name: 'traffic inspect',
    help: 'print and draw what a recording holds',
    arguments: [recordingArgument],
    options: [asJson],
    load: async () => (await import('./commands/inspect.ts')).trafficInspect,
  },
];

/** What is sent, and when. */
export const options: readonly OptionDeclaration[] = [
  { flags: '--recording <folder>', help: 'recording to replay', isPath: true, key: 'traffic.recording' },
  {
    flags: '--own-data',
    help: 'the recording is yours to use as it is, without a leak scan',
    key: 'traffic.declaredOwn',
  },
  { flags: '--profile <file>', help: 'load profile (load/profiles/*.yaml)', isPath: true, key: 'profile' },
  {
    flags: '--mode <mode>',
    help: 'how the recording is used',
    choices: ['recorded', 'loop', 'bootstrap'],
    key: 'profile.mode',
  },
  { flags: '--scale <factor>', help: 'that many times the traffic', parse: positiveNumber, key: 'profile.scale' },
  { flags: '--speed <factor>', help: 'that much faster', parse: positiveNumber, key: 'profile.speed' },
  {
    flags: '--rate <requests>',
    help: 'requests per second, on average',
    parse: positiveNumber,
    key: 'profile.ratePerSecond',
  },
  {
    flags: '--shape <name>',
    help: 'how the rate changes over the run',
    choices: ['flat', 'day', 'ramp', 'spike'],
    key: 'profile.shape',
  },
  {
    flags: '--waits <rule>',
    help: 'what requests of a session wait for: answers they came after, or only those with a value they need',
    choices: ['recorded', 'values'],
    key: 'profile.waits',
  },
  {
    flags: '--seed <number>',
    help: 'the same seed gives the same plan',
    parse: wholeNumber(0, 0xffffffff),
    key: 'profile.seed',
  },
];

function hops(text: string): number | 'auto' {
  return text === 'auto' ? text : wholeNumber(0, 20)(text);
}

/** Collects `ours=theirs` pairs. */
function field(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [ours, theirs] = halves(text, 'write it as time=@timestamp');
  return { ...before, [ours]: theirs };
}

/** Collects `pattern=route` pairs. */
function routeRule(
  text: string,
  before: { pattern: string; route: string }[] = [],
): { pattern: string; route: string }[] {
  const [pattern, route] = halves(text, 'write it as /shop/*=/shop/:id');
  return [...before, { pattern, route }];
}

function halves(text: string, form: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidOption(form);
  return [text.slice(0, at), text.slice(at + 1)];
}
