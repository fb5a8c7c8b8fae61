import type { CommandDeclaration } from '../command.ts';
import { webAddress, wholeNumber } from '../option-values.ts';

const port = {
  flags: '--port <number>',
  help: 'port on 127.0.0.1 (default: a free one)',
  parse: wholeNumber(0, 65_535),
};

export const commands: readonly CommandDeclaration[] = [
  { name: 'services', help: 'stand-ins for external services: record one, and let it answer' },
  {
    name: 'services record',
    help: 'record a service through a proxy on this machine, until Ctrl-C; let the target use the address that is printed',
    options: [
      { flags: '--from <url>', help: 'the service', parse: webAddress, mandatory: true },
      {
        flags: '--out <folder>',
        help: 'new folder for the recording',
        isPath: true,
        mandatory: true,
      },
      port,
    ],
    load: async () => (await import('./services/commands.ts')).recordService,
  },
  {
    name: 'services replay',
    help: 'answer as a recorded service, until Ctrl-C, with its latency and errors; what was never recorded is an error that names it',
    arguments: [{ flags: '<recording>', help: 'folder of the recording' }],
    options: [port],
    load: async () => (await import('./services/commands.ts')).replayService,
  },
];
