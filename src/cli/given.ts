import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { OptionDeclaration, Overrides } from '../domains/command.ts';
import { ShakedownError } from '../model/error.ts';

/** An option as it was declared, with what the command line gave it; undefined: nothing. */
export interface GivenOption extends OptionDeclaration {
  /** In code: `browserVus`. */
  name: string;
  /** On the command line: `--browser-vus`. */
  long: string;
  value: unknown;
}

/** `browserVus` for `--browser-vus <count>`. */
export function nameInCode({ flags }: Pick<OptionDeclaration, 'flags'>): string {
  return new Option(flags).attributeName();
}

/** `--browser-vus` for `--browser-vus <count>`. */
export function longOf({ flags }: Pick<OptionDeclaration, 'flags'>): string {
  return new Option(flags).long ?? flags;
}

/** Defaults are not given. */
export function givenOptions(command: Command, declarations: readonly OptionDeclaration[]): GivenOption[] {
  return declarations.map((declaration) => {
    const name = nameInCode(declaration);
    const isGiven = command.getOptionValueSource(name) === 'cli';
    return {
      ...declaration,
      name,
      long: longOf(declaration),
      value: isGiven ? command.getOptionValue(name) : undefined,
    };
  });
}

/**
 * Refuses options that would do nothing beside others: their user would believe that they did.
 * @throws ShakedownError USAGE
 */
export function refuseTogether(options: readonly GivenOption[]): void {
  const given = options.filter(({ value }) => value !== undefined);
  for (const { long, conflicts = [], needs } of given) {
    for (const conflict of conflicts) {
      const others = conflict.with.flatMap((name) => given.find((one) => one.name === name)?.long ?? []);
      if (others.length === 0) continue;
      throw new ShakedownError('USAGE', `${long} cannot be used with ${others.join(', ')}: ${conflict.why}.`, {
        hint: `Leave out ${long}, or ${others.join(', ')}.`,
      });
    }
    if (needs === undefined || given.some(({ name }) => name === needs)) continue;
    const needed = options.find(({ name }) => name === needs)?.long ?? needs;
    throw new ShakedownError('USAGE', `${long} does nothing without ${needed}.`, {
      hint: `Add ${needed}, or leave ${long} out.`,
    });
  }
}

/** What the command line says in place of the configuration, by dotted key. A key that is given as null is left out of it. */
export function overridesOf(options: readonly GivenOption[], cwd: string): Overrides {
  const overrides: Record<string, unknown> = {};
  for (const { key, clears = [], isPath, value } of options) {
    if (key === undefined || value === undefined) continue;
    for (const cleared of clears) overrides[cleared] = null;
    overrides[key] = isPath ? resolve(cwd, String(value)) : value;
  }
  return overrides;
}
