import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { addExperiments } from './chaos-program.ts';
import * as parse from './options.ts';
import type { Terminal } from './terminal.ts';
import { addUat } from './uat.ts';

/** What a command is given besides its own options. */
export interface CommandContext {
  terminal: Terminal;
  /** The code the process ends with when the command returns; 0 when it is never set. */
  setExitCode(code: number): void;
}

/**
 * The command line. Commands are loaded when they are called, so that `--help` is quick.
 */
export function createProgram(terminal: Terminal, setExitCode: (code: number) => void): Command {
  const context: CommandContext = { terminal, setExitCode };
  const program = new Command('shakedown')
    .description(
      'Replays anonymized production traffic against a release candidate and says whether it may go to production.',
    )
    .version(packageVersion())
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      // failure.ts tells it, in the form of every other error.
      outputError: () => {},
      getOutHelpWidth: () => Math.min(terminal.outColumns(), 100),
      getErrHelpWidth: () => Math.min(terminal.errColumns(), 100),
    })
    .configureHelp({ showGlobalOptions: true })
    .option('--verbose', 'say more when something fails')
    .addHelpText(
      'after',
      '\nExit codes: 0 ready, 1 not ready, 2 usage or configuration, 3 inconclusive, 4 a needed program is missing,\n70 internal fault, 130 interrupted.',
    );

  addSimulate(program, context);
  addTraffic(program, context);
  program
    .command('report')
    .description('render the reports of a run again, complete or not')
    .requiredOption('--from <run>', 'folder of the run, or its id')
    .option('--config <file>', 'configuration file; else shakedown.config.* here')
    .option('--json', 'print the results as JSON on stdout and nothing else there')
    .action(async (options) => (await import('./commands/report.ts')).report(options, context));
  addBaseline(program, context);
  addRuns(program, context);
  addChaos(program, context);
  addUat(program, context);
  program
    .command('init')
    .description('write load/, uat/, chaos/, reports/ and shakedown.config.ts into a folder')
    .argument('[folder]', 'where to', '.')
    .option('--force', 'overwrite files that are there')
    .option('--nightly', 'also a soak each night: GitHub workflow, systemd units, cron line')
    .action(async (folder, options) => (await import('./commands/init.ts')).init(folder, options, context));
  program
    .command('doctor')
    .description('say which programs are there, which are missing, and how to get them')
    .option('--json', 'print it as JSON')
    .action(async (options) => (await import('./commands/doctor.ts')).doctor(options, context));
  program
    .command('sample')
    .description('start the sample system and keep it running until Ctrl-C')
    .option('--port <port>', 'port on 127.0.0.1; 0 for any free one', parse.port, 0)
    .addOption(new Option('--version-under-test <version>', 'version to start').choices(['v2.0.0', 'v2.1.0']))
    .option('--sample-defects <list>', 'planted defects')
    .option('--instances <count>', 'how many', parse.positiveNumber)
    .option('--json', 'print its addresses as JSON')
    .action(async (options) => (await import('./commands/sample.ts')).sample(options, context));
  return program;
}

function addSimulate(program: Command, context: CommandContext): void {
  program
    .command('simulate')
    .description('replay traffic against the target, judge it, write the reports')
    .option(
      '--duration <time>',
      'how long: 1m, 24h, 90s (default: 1m, or the recording with --mode recorded)',
      parse.durationMs,
    )
    .option('--config <file>', 'configuration file; else shakedown.config.* here')
    .option('--recording <folder>', 'recording to replay')
    .option('--own-data', 'the recording is yours to use as it is, without a leak scan')
    .option('--target <url>', 'where the release candidate answers', parse.webAddress)
    .option('--version-under-test <version>', 'version of the release candidate')
    .option('--artifact <name=digest>', 'what it is made of, by its sha256:…; may be given again', parse.artifact)
    .option('--profile <file>', 'load profile (load/profiles/*.yaml)')
    .addOption(new Option('--mode <mode>', 'how the recording is used').choices(['recorded', 'loop', 'bootstrap']))
    .option('--scale <factor>', 'that many times the traffic', parse.positiveNumber)
    .option('--speed <factor>', 'that much faster', parse.positiveNumber)
    .option('--rate <requests>', 'requests per second, on average', parse.positiveNumber)
    .addOption(
      new Option('--shape <name>', 'how the rate changes over the run').choices(['flat', 'day', 'ramp', 'spike']),
    )
    .option('--seed <number>', 'the same seed gives the same plan', parse.seed)
    .addOption(
      new Option('--engine <name>', 'load engine').choices(['auto', 'k6', 'autocannon', 'kubernetes', 'k6-operator']),
    )
    .option('--window <time>', 'length of a measuring window', parse.durationMs)
    .option(
      '--find-capacity',
      'look for the highest rate that holds the objectives, from --rate upwards; not with --uat, --browser-vus, --chaos, --resume',
    )
    .option('--step <time>', 'length of a step of --find-capacity (default: 20s)', parse.durationMs)
    .option(
      '--instances <counts>',
      'with --find-capacity: also at these counts of instances, such as 1,2,4,8',
      parse.counts,
    )
    .option('--sample-defects <list>', 'run the sample system with planted defects')
    .option('--out <folder>', 'where the folder of the run goes')
    .option('--dashboard [port]', 'show the run in a browser, on 127.0.0.1 (default: any free port)', parse.port)
    .option('--metrics-port <port>', "the run's figures for Prometheus, at /metrics on 127.0.0.1", parse.port)
    .option('--resume <run>', 'go on with a run that was cut off: its folder, or its id')
    .option('--parallelism <count>', 'k6 processes, or pods, that share the load', parse.processCount)
    .option('--chaos [what...]', 'break things on purpose: experiments, plans or folders of them (default: chaos/)')
    .option(
      '--browser-vus <count>',
      'visitors in real browsers beside the load (default: browser.vus)',
      parse.visitorCount,
    )
    .option(
      '--uat [what...]',
      'run business scenarios in browsers while the load is on: ids, tags, roles or all (default: those tagged smoke)',
    )
    .option('--dry-run', 'print what --engine kubernetes or k6-operator would make in the cluster, and end')
    .option('--json', 'print the results as JSON on stdout and nothing else there')
    .action(async (options) => (await import('./commands/simulate.ts')).simulateCommand(options, context));
}

function addBaseline(program: Command, context: CommandContext): void {
  const baseline = program.command('baseline').description('runs that later ones are compared with: add, list');
  const config = ['--config <file>', 'configuration file; else shakedown.config.* here'] as const;
  baseline
    .command('add')
    .description('keep a finished run to compare with, whatever its verdict; passing ones are kept by themselves')
    .argument('<run>', 'folder of the run, or its id')
    .option(...config)
    .action(async (run, options) => (await import('./commands/baseline.ts')).addRun(run, options, context));
  baseline
    .command('list')
    .description('print the runs that are kept')
    .option(...config)
    .option('--json', 'print them as JSON')
    .action(async (options) => (await import('./commands/baseline.ts')).listRuns(options, context));
}

function addRuns(program: Command, context: CommandContext): void {
  const runs = program.command('runs').description('folders of runs: list, prune');
  const config = ['--config <file>', 'configuration file; else shakedown.config.* here'] as const;
  runs
    .command('list')
    .description('print the runs there are, newest first, with their verdict and size')
    .option(...config)
    .option('--json', 'print them as JSON')
    .action(async (options) => (await import('./commands/runs.ts')).list(options, context));
  runs
    .command('prune')
    .description('remove old runs; never one that is being worked on or is kept as a baseline')
    .option(...config)
    .option('--keep <count>', 'keep so many of the newest (default: reports.keep)', parse.runCount)
    .option('--days <count>', 'keep those not older (default: reports.keepDays)', parse.positiveNumber)
    .option('--dry-run', 'only say which')
    .action(async (options) => (await import('./commands/runs.ts')).prune(options, context));
}

function addChaos(program: Command, context: CommandContext): void {
  const chaos = program.command('chaos').description('break things on purpose, and look at what became of the data');
  addExperiments(chaos, context);
  chaos
    .command('check-history')
    .description('say whether histories of a register or a key-value store are linearizable')
    .argument('<files...>', 'Jepsen logs, or histories of one map a line')
    .addOption(
      new Option('--model <name>', 'what they are of; told by content when absent').choices(['register', 'kv']),
    )
    .option('--timeout <time>', 'give up on a file after this (default: 1m)', parse.durationMs)
    .option('--json', 'print the outcome as JSON')
    .action(async (files, options) =>
      (await import('./commands/chaos-check-history.ts')).checkHistory(files, options, context),
    );
  chaos
    .command('clean')
    .description('undo what runs left behind that were ended together with their guard, as by a power cut')
    .option('--dry-run', 'only say what')
    .option('--json', 'print it as JSON')
    .action(async (options) => (await import('./commands/chaos-clean.ts')).chaosClean(options, context));
}

function addTraffic(program: Command, context: CommandContext): void {
  const traffic = program.command('traffic').description('make recordings: import, anonymize, inspect');
  traffic
    .command('import')
    .description('turn access logs, HAR, GoReplay or NDJSON files into a recording; formats are told by content')
    .argument('<files...>', 'files, plain or gzip')
    .requiredOption('--out <folder>', 'where the recording goes')
    .option('--name <name>', 'name of the recording')
    .addOption(
      new Option('--format <name>', 'format of the files; told by content when absent').choices([
        'auto',
        'har',
        'access-log',
        'nginx-json',
        'alb',
        'goreplay',
        'ndjson',
      ]),
    )
    .option('--sessions <sign>', 'what tells sessions apart: auto, cookie:<name>, header:<name>, user or client')
    .option('--gap <time>', 'inactivity that ends a session', parse.durationMs)
    .option('--field <ours=theirs>', 'field of a JSON log; may be given again', parse.field)
    .option('--route <pattern=route>', 'such as /shop/*/item/**=/shop/:shop/item; may be given again', parse.routeRule)
    .option('--max-damaged <percent>', 'more damaged lines than this are an error', parse.percentShare)
    .option('--max-routes <count>', 'routes told apart', parse.runCount)
    .option('--json', 'print the manifest as JSON')
    .action(async (files, options) =>
      (await import('./commands/traffic-import.ts')).trafficImport(files, options, context),
    );
  traffic
    .command('anonymize')
    .description('replace every value that is not structure by a pseudonym, and scan for leaks')
    .argument('<recording>', 'folder of the recording')
    .requiredOption('--out <folder>', 'where the anonymized recording goes')
    .option('--rules <file>', 'what may stay, by route and field')
    .option(
      '--key-file <file>',
      'file with the key of the pseudonyms (or SHAKEDOWN_ANONYMIZE_KEY); else made and thrown away',
    )
    .option('--json', 'print the report as JSON')
    .action(async (recording, options) =>
      (await import('./commands/traffic-anonymize.ts')).trafficAnonymize(recording, options, context),
    );
  traffic
    .command('inspect')
    .description('print and draw what a recording holds')
    .argument('<recording>', 'folder of the recording')
    .option('--json', 'print it as JSON')
    .action(async (recording, options) =>
      (await import('./commands/traffic-inspect.ts')).trafficInspect(recording, options, context),
    );
}

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
