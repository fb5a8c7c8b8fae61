import { ShakedownError } from '../model/error.ts';

type Given = Record<string, unknown>;

/**
 * Refuses options that would not be heeded beside others: one that does nothing would have its user believe that it did.
 * @param flags parsed options by their names in code; those that were not given are undefined
 * @throws ShakedownError USAGE
 */
export function refuseUnheeded(flags: object): void {
  const given = flags as Given;
  if (given.findCapacity === true) {
    const beside = '--find-capacity does not heed';
    const among = (names: string[]) => names.filter((name) => given[name] !== undefined);
    refuse(among(['resume']), beside, 'A search that was cut off is begun anew: leave that out.');
    refuse(
      among(['uat', 'browserVus', 'chaos']),
      beside,
      'What else is on would take from each step and be judged at none: find the rate first, then run that with --rate.',
    );
    refuse(
      among(['duration', 'window', 'parallelism']),
      beside,
      'It goes up step by step, each as long as --step says, from one generator and in windows of a second.',
    );
  } else {
    const names = ['step', 'instances'].filter((name) => given[name] !== undefined);
    refuse(names, 'Without --find-capacity nothing heeds', 'Add --find-capacity, or leave that out.');
  }
}

/**
 * The same for `uat run`: everything, or what is chosen.
 * @throws ShakedownError USAGE
 */
export function refuseChoiceOfAll(flags: object): void {
  const given = flags as Given;
  if (given.allScenarios !== true) return;
  const names = ['scenario', 'tag', 'role', 'browser', 'size'].filter((name) => given[name] !== undefined);
  refuse(
    names,
    '--all-scenarios stands for every scenario, browser and size, so it cannot stand beside',
    'Leave one of them out.',
  );
}

function refuse(names: readonly string[], sentence: string, hint: string): void {
  if (names.length === 0) return;
  const options = names.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  throw new ShakedownError('USAGE', `${sentence} ${options.join(', ')}.`, { hint });
}
