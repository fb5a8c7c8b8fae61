import type { CommandDeclaration, OptionDeclaration } from '../command.ts';
import { collected } from '../option-values.ts';
import { configFile, sampleDefects, target } from '../shared-options.ts';

const keyFile: OptionDeclaration = {
  flags: '--key-file <file>',
  help: 'key that secrets are hashed with, the same in both environments (default: SHAKEDOWN_PARITY_KEY)',
  isPath: true,
};

export const commands: readonly CommandDeclaration[] = [
  { name: 'parity', help: 'compare environments item by item' },
  {
    name: 'parity capture',
    help: 'write a descriptor of an environment, to hand over; secrets only as keyed hashes',
    options: [
      {
        flags: '--from <source>',
        help: 'kubernetes, kubernetes=<file>, terraform=<file>, compose=<file>, outside=<url>; may be given again (default: as the configuration says)',
        parse: collected,
      },
      { flags: '--environment <name>', help: 'its name: production, staging', default: 'staging' },
      { flags: '--context <name>', help: 'context of kubectl (default: its current one)' },
      { flags: '--namespace <name>', help: "namespace of Kubernetes (default: the context's own)" },
      { flags: '--out <file>', help: 'where it goes, as YAML or .json (default: stdout)', isPath: true },
      ...[keyFile, configFile, target, sampleDefects],
    ],
    load: async () => (await import('./commands/capture.ts')).parityCapture,
  },
  {
    name: 'parity compare',
    help: 'compare two captures by the rules of the configuration',
    arguments: [
      { flags: '<production>', help: 'descriptor of production' },
      { flags: '<staging>', help: 'descriptor of staging' },
    ],
    options: [configFile, { flags: '--json', help: 'print it as JSON' }],
    load: async () => (await import('./commands/compare.ts')).parityCompare,
  },
];
