import { type Command, InvalidArgumentError, Option } from 'commander';
import * as parse from './options.ts';
import type { CommandContext } from './program.ts';

const several = (value: string, before: string[] = []) => [...before, ...value.split(',').map((each) => each.trim())];

/** `shakedown uat`: run, new, approve, merge, sign. */
export function addUat(program: Command, context: CommandContext): void {
  const uat = program.command('uat').description('business scenarios in browsers: run, new, approve, merge, sign');
  uat
    .command('run')
    .description(
      'run the scenarios in every browser that is there, at three sizes, and write the User Acceptance Report',
    )
    .option('--all-scenarios', 'every scenario, browser and size; so it is when nothing is chosen')
    .option('--scenario <ids>', 'only these scenarios; may be given again', several)
    .option('--tag <tags>', 'only scenarios with one of these tags', several)
    .option('--role <roles>', 'only scenarios for one of these roles', several)
    .addOption(
      new Option('--browser <names>', 'only these: chromium, firefox, webkit, chrome, msedge').argParser(several),
    )
    .addOption(new Option('--size <names>', 'only these: phone, tablet, desktop').argParser(several))
    .option('--shard <i/n>', 'one part of several, to be merged', shard)
    .option('--survey <file>', 'what people said of the release: role, score, comment, date')
    .option('--approve', 'take the present screenshots for approved')
    .option('--config <file>', 'configuration file; else shakedown.config.* here')
    .option('--target <url>', 'where the release candidate answers', parse.webAddress)
    .option('--version-under-test <version>', 'version of the release candidate')
    .option('--artifact <name=digest>', 'what it is made of, by its sha256:…; may be given again', parse.artifact)
    .option('--sample-defects <list>', 'run the sample system with planted defects')
    .option('--out <folder>', 'where the folder of the run goes')
    .option('--json', 'print the results as JSON on stdout and nothing else there')
    .action(async (options) => (await import('./commands/uat.ts')).uatRun(options, context));
  uat
    .command('new')
    .description('write the skeleton of a scenario')
    .argument('<id>', 'such as SHOP-12')
    .argument('<title>', 'what the person does')
    .option('--role <role>', 'who does it', 'customer')
    .option('--requirement <id>', 'what it shows', 'U1')
    .option('--config <file>', 'configuration file; else shakedown.config.* here')
    .action(async (id, title, options) => (await import('./commands/uat-new.ts')).uatNew(id, title, options, context));
  uat
    .command('approve')
    .description('take the screenshots of a run for approved, where they differ or nothing is approved yet')
    .argument('<run>', 'folder of the run, or its id')
    .option('--scenario <ids>', 'only those of these scenarios; may be given again', several)
    .option('--look <names>', 'only these, as the report names them', several)
    .option('--config <file>', 'configuration file; else shakedown.config.* here')
    .action(async (run, options) => (await import('./commands/uat-approve.ts')).uatApprove(run, options, context));
  uat
    .command('merge')
    .description('make one run of the shards of one')
    .argument('<runs...>', 'folders of the shards, or their ids')
    .option('--config <file>', 'configuration file; else shakedown.config.* here')
    .option('--json', 'print the results as JSON')
    .action(async (runs, options) => (await import('./commands/uat.ts')).uatMerge(runs, options, context));
  uat
    .command('feedback')
    .description('a page on this machine where people say what they think of a run; or a survey, added to it')
    .argument('<run>', 'folder of the run, or its id')
    .option('--survey <file>', 'add these answers (YAML, JSON or CSV) and end')
    .option('--port <n>', 'where the page answers on 127.0.0.1; any free port when absent', parse.port, 0)
    .option('--config <file>', 'configuration file; else shakedown.config.* here')
    .action(async (run, options) => (await import('./commands/uat-feedback.ts')).uatFeedback(run, options, context));
  uat
    .command('sign')
    .description('accept or reject a run, bound to its evidence')
    .argument('<run>', 'folder of the run, or its id')
    .requiredOption('--role <role>', 'in which role')
    .addOption(
      new Option('--decision <decision>', 'accept or reject').choices(['accept', 'reject']).makeOptionMandatory(),
    )
    .option('--person <name>', 'who decides; the name of this account when absent')
    .option('--comment <text>', 'why', '')
    .option('--config <file>', 'configuration file; else shakedown.config.* here')
    .action(async (run, options) => (await import('./commands/uat.ts')).uatSign(run, options, context));
}

/** `2/3` */
function shard(text: string): { current: number; total: number } {
  const [, current, total] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  if (current === undefined || Number(current) < 1 || Number(current) > Number(total)) {
    throw new InvalidArgumentError('write a part and how many there are, such as 2/3');
  }
  return { current: Number(current), total: Number(total) };
}
