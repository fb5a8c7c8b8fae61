import type { OptionDeclaration } from '../command.ts';
import { InvalidOption } from '../option-values.ts';

export const commit: OptionDeclaration = {
  flags: '--commit <commit>',
  help: 'the full commit that the candidate was built from',
  parse: (text: string) => {
    if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return text;
    throw new InvalidOption('write the full commit: 40 or 64 hexadecimal digits, as `git rev-parse HEAD` prints it');
  },
  key: 'promotion.commit',
};
