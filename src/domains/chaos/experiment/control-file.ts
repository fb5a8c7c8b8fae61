import { ShakedownError } from '../../../model/error.ts';
import type { Control } from './format.ts';
import { readDocument } from './load.ts';
import { parseControls } from './parse-activity.ts';
import { Problems } from './problems.ts';
import { objectOr } from './values/json.ts';

/**
 * Reads controls for every experiment from a file: a mapping from name to control, as Chaos Toolkit's `--control-file`.
 * @throws ShakedownError EXPERIMENT_INVALID, or as `readDocument`
 */
export async function loadControls(file: string): Promise<Control[]> {
  const written = Object.entries(objectOr(await readDocument(file)));
  const problems = new Problems();
  const controls = parseControls(
    written.map(([name, control]) => ({ ...objectOr(control), name })),
    '',
    problems,
  );
  if (problems.list.length === 0) return controls;
  throw new ShakedownError('EXPERIMENT_INVALID', `${file}: ${problems.lines.join('; ')}.`);
}
