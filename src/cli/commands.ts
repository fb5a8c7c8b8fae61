import type { CommandDeclaration, OptionDeclaration } from '../domains/command.ts';
import type { Domain } from '../domains/domain.ts';
import { collected, durationMs, positiveNumber, wholeNumber } from '../domains/option-values.ts';
import {
  artifact,
  asJson,
  configFile,
  policy,
  reportsFolder,
  resultsAsJson,
  sampleDefects,
  signingTrust,
  target,
  versionUnderTest,
} from '../domains/shared-options.ts';
import { shells } from './completion.ts';

/** Every command there is, those of the domains among them. A name with nothing to do groups those that begin with it. */
export function commandTable(domains: readonly Domain[]): CommandDeclaration[] {
  return [simulate(domains), ...domains.flatMap(({ commands }) => commands ?? []), ...others, completion(domains)];
}

const port = wholeNumber(0, 65_535);

/** `simulate` is one command for all domains: each adds its options to it. */
function simulate(domains: readonly Domain[]): CommandDeclaration {
  return {
    name: 'simulate',
    help: 'replay traffic against the target, judge it, write the reports',
    options: [
      {
        flags: '--duration <time>',
        help: 'how long to run: 1m, 24h, 90s (default: 1m, or as long as the recording with --mode recorded)',
        parse: durationMs,
      },
      configFile,
      target,
      versionUnderTest,
      artifact,
      sampleDefects,
      ...domains.flatMap(({ options }) => options ?? []),
      { flags: '--resume <run>', help: 'continue a run that was interrupted: its folder, or its id' },
      {
        flags: '--dashboard [port]',
        help: 'show the run in a browser, on 127.0.0.1 (default: any free port)',
        parse: port,
      },
      {
        flags: '--metrics-port <port>',
        help: "the run's figures for Prometheus, at /metrics on 127.0.0.1",
        parse: port,
      },
      policy,
      reportsFolder,
      resultsAsJson,
    ],
    load: async () => (await import('./commands/simulate.ts')).simulateCommand,
  };
}

/** What a certificate is held against. */
const certificateOptions: readonly OptionDeclaration[] = [
  {
    flags: '--key <file>',
    help: 'public key (PEM) whose certificates count; may be given again',
    parse: collected,
  },
  {
    flags: '--artifact <file or digest>',
    help: 'artifact that it must be about: a file, sha256:…, or name=sha256:…; may be given again',
    parse: collected,
  },
  { flags: '--environment <name>', help: 'environment that it must be for' },
  { flags: '--policy <name>', help: 'policy that it must be by: a name, a file, or sha256:…' },
  { flags: '--max-age <time>', help: 'how old it may be: 24h, 7d', parse: durationMs },
  { flags: '--runs <folder>', help: 'folder of runs in which to look for a later certificate that replaces it' },
  { flags: '--time-stamp-ca <file>', help: 'CA certificates (PEM) whose time stamps count' },
];

const dryRun: OptionDeclaration = { flags: '--dry-run', help: 'only print which runs would be removed' };

const others: readonly CommandDeclaration[] = [
  {
    name: 'report',
    help: 'render the reports of a run again, complete or not',
    options: [
      { flags: '--from <run>', help: 'folder of the run, or its id', mandatory: true },
      configFile,
      ...signingTrust,
      resultsAsJson,
    ],
    load: async () => (await import('./commands/report.ts')).report,
  },
  {
    name: 'sign',
    help: 'accept or reject a run, bound to its evidence and results, with your SSH key',
    arguments: [{ flags: '<run>', help: 'folder of the run, or its id' }],
    options: [
      { flags: '--role <role>', help: 'role in which you decide', mandatory: true },
      { flags: '--decision <decision>', help: 'your decision', choices: ['accept', 'reject'], mandatory: true },
      { flags: '--person <name>', help: 'who decides, as the allowed signers name you (default: your account)' },
      { flags: '--comment <text>', help: 'why', default: '' },
      {
        flags: '--key <file>',
        help: 'your private key, or the public one of a key in ssh-agent; without it: asserted',
      },
      configFile,
      ...signingTrust,
    ],
    load: async () => (await import('./commands/sign.ts')).sign,
  },
  {
    name: 'verify',
    help: 'check that a run is as it was left and signed, or that a certificate is about what you have; writes nothing',
    arguments: [
      {
        flags: '<run or certificate>',
        help: 'folder of the run, or its id; or a certificate: its file, or the folder that it is in',
      },
    ],
    options: [
      ...certificateOptions,
      {
        flags: '--receipt <text or file>',
        help: 'receipt that a signer kept, or a file of receipts; may be given again',
        parse: collected,
      },
      configFile,
      ...signingTrust,
      asJson,
    ],
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    name: 'certify',
    help: 'issue a signed certificate for a run that is READY; for any other it issues nothing',
    arguments: [{ flags: '<run>', help: 'folder of the run, or its id' }],
    options: [
      {
        flags: '--key <file>',
        help: 'PEM file of the private key: Ed25519, or ECDSA on P-256',
        isPath: true,
        key: 'certificate.key',
      },
      { flags: '--failed', help: 'for a run that is NOT READY, issue a test result that says FAILED' },
      configFile,
      ...signingTrust,
      asJson,
    ],
    load: async () => (await import('./commands/certify.ts')).certify,
  },
  {
    name: 'recompute',
    help: 'derive every verdict of a run again from its folder alone; writes nothing',
    arguments: [{ flags: '<folder>', help: 'folder of the run, or of a package that holds one' }],
    options: [asJson],
    load: async () => (await import('./commands/recompute.ts')).recompute,
  },
  { name: 'objectives', help: 'what runs are judged by: import' },
  {
    name: 'objectives import',
    help: 'print lines for the configuration, converted from thresholds of k6 (JSON), Keptn, OpenSLO, Sloth, or an AnalysisTemplate of Argo Rollouts',
    arguments: [{ flags: '<files...>', help: 'files of these tools; recognised by content' }],
    options: [asJson],
    load: async () => (await import('./commands/objectives.ts')).importObjectives,
  },
  { name: 'baseline', help: 'runs that later ones are compared with: add, pin, remove, list' },
  {
    name: 'baseline add',
    help: 'keep a finished run to compare with, whatever its verdict; passing runs are kept automatically',
    arguments: [{ flags: '<run>', help: 'folder of the run, or its id' }],
    options: [configFile],
    load: async () => (await import('./commands/baseline.ts')).addRun,
  },
  {
    name: 'baseline pin',
    help: 'compare every later run with this baseline too, such as the last release; without a run, remove the pin',
    arguments: [{ flags: '[run]', help: 'id of a run that is kept' }],
    options: [configFile],
    load: async () => (await import('./commands/baseline.ts')).pinRun,
  },
  {
    name: 'baseline remove',
    help: 'remove a baseline: no later run is compared with it, nor with its answers',
    arguments: [{ flags: '<run>', help: 'id of a run that is kept' }],
    options: [configFile],
    load: async () => (await import('./commands/baseline.ts')).removeRun,
  },
  {
    name: 'baseline list',
    help: 'list the runs that are kept',
    options: [configFile, asJson],
    load: async () => (await import('./commands/baseline.ts')).listRuns,
  },
  { name: 'runs', help: 'folders of runs: list, prune' },
  {
    name: 'runs list',
    help: 'list the runs, newest first, with verdict and size',
    options: [configFile, asJson],
    load: async () => (await import('./commands/runs.ts')).list,
  },
  {
    name: 'runs prune',
    help: 'remove old runs; never one that is still running, is kept as a baseline, or that a certificate rests on',
    options: [
      configFile,
      {
        flags: '--keep <count>',
        help: 'how many of the newest to keep (default: reports.keep)',
        parse: wholeNumber(1),
      },
      {
        flags: '--days <count>',
        help: 'for how many days to keep a run (default: reports.keepDays)',
        parse: positiveNumber,
      },
      dryRun,
    ],
    load: async () => (await import('./commands/runs.ts')).prune,
  },
  {
    name: 'init',
    help: 'write load/, uat/, chaos/, reports/ and a configuration into a folder',
    arguments: [{ flags: '[folder]', help: 'folder to write to', default: '.' }],
    options: [
      {
        flags: '--format <name>',
        help: 'format of the configuration file',
        choices: ['ts', 'yaml', 'json'],
        default: 'ts',
      },
      { flags: '--force', help: 'overwrite existing files' },
      { flags: '--nightly', help: 'also a nightly soak: GitHub workflow, systemd units, cron line' },
      { flags: '--workflows', help: 'also the staging stage in CI: GitHub workflows, a GitLab pipeline' },
    ],
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'doctor',
    help: 'show which programs are installed, which are missing, and how to get them',
    options: [
      {
        flags: '--get',
        help: 'get the scanners of the final validation that are not here, by Go and pip (5 min, once)',
      },
      {
        flags: '--calibrate',
        help: 'measure how many requests a second this machine can send (40 s); plans above that are then warned of before their load',
        conflicts: [{ with: ['get'], why: 'one looks for programs, the other measures' }],
      },
      asJson,
    ],
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'sample',
    help: 'start the sample system and keep it running until Ctrl-C',
    options: [
      { flags: '--port <port>', help: 'port on 127.0.0.1; 0 for any free one', parse: port, default: 0 },
      { flags: '--version-under-test <version>', help: 'version to start', choices: ['v2.0.0', 'v2.1.0'] },
      { flags: '--sample-defects <list>', help: 'defects to plant, such as slow=250,errors=0.02' },
      { flags: '--instances <count>', help: 'number of instances, at most 20', parse: wholeNumber(1, 20) },
      { flags: '--json', help: 'print its addresses as JSON' },
    ],
    load: async () => (await import('./commands/sample.ts')).sample,
  },
];

function completion(domains: readonly Domain[]): CommandDeclaration {
  return {
    name: 'completion',
    help: 'print what makes Tab complete commands and options: source <(shakedown completion bash)',
    arguments: [{ flags: '<shell>', help: 'whose', choices: shells }],
    load: async () => (await import('./commands/completion.ts')).completionOf(commandTable(domains)),
  };
}
