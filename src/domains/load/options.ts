import type { OptionDeclaration } from '../command.ts';
import { durationMs, wholeNumber } from '../option-values.ts';

export const engineNames = ['auto', 'k6', 'autocannon', 'kubernetes', 'k6-operator'] as const;

/** What generates the load, and how it is measured. */
export const options: readonly OptionDeclaration[] = [
  { flags: '--engine <name>', help: 'load engine', choices: engineNames, key: 'engine.prefer' },
  {
    flags: '--window <time>',
    help: 'length of a measuring window',
    parse: durationMs,
    key: 'windows.durationMs',
  },
  {
    flags: '--parallelism <count>',
    help: 'k6 processes, or pods, that share the load',
    parse: wholeNumber(1, 1000),
  },
  {
    flags: '--dry-run',
    help: 'print what would be sent where, and what an engine would create in a cluster; send nothing',
  },
];
