import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { readBoundedSync } from '../evidence/bounded-file.ts';
import { digest } from '../evidence/manifest.ts';
import { changed, namesBefore } from '../gate/objectives.ts';
import type { Policy } from '../model/config.ts';
import { ShakedownError } from '../model/error.ts';
import { objectiveKeys } from '../model/objective.ts';
import { type Judgeable, objectiveProblems } from './objective-rules.ts';
import { bundledFolder, policyFile } from './policy-file.ts';
import { policyRules } from './policy-rules.ts';
import { type PolicyText, policyDigest, weakerThan } from './policy-weaker.ts';
import { checked } from './problems.ts';
import { readData } from './read.ts';
import { closest } from './suggest.ts';

const { comparison, target, weight, key, minimumSamples, title, warn } = objectiveKeys;
const change = z.strictObject({ comparison, target, weight, key, minimumSamples, title, warn }).partial();

const policySchema = z.strictObject({
  title: z.string().min(1).describe('Its name in verdicts and reports: “By the policy …”.'),
  version: z.int().min(1).default(1).describe('Increased by its author with each change; the report shows it.'),
  gates: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      'Gates that decide, by id. A run that has not judged one of them is inconclusive; other gates are judged and shown, and decide nothing.',
    ),
  objectives: z
    .record(z.string(), change)
    .default({})
    .describe(
      'Changes to default objectives, by id. They take precedence over the configuration, and have the same keys; define objectives of your own in the configuration.',
    ),
  maxAgeHours: z
    .record(z.string(), z.number().positive())
    .default({})
    .describe(
      'By gate: hours after the end of a run for which its evidence for the gate counts. In a report made later the gate is inconclusive. A gate without a line has no limit.',
    ),
  ...policyRules,
});

const mostBytes = 16 * 1024 * 1024;

/** For the reference in docs/policies.md. */
export function policyJsonSchema(): unknown {
  return z.toJSONSchema(policySchema, { io: 'input', unrepresentable: 'any' });
}

/**
 * Reads a policy: a YAML file, or the name of one in `reports/policies/` of the project or of Shakedown.
 * @param folder of the project
 * @param known what the domains can be judged by: a policy that changes another objective is refused; gates of the whole stage may be named too
 * @throws ShakedownError POLICY_NOT_FOUND, POLICY_INVALID
 */
export async function readPolicy(name: string, folder: string, known: Judgeable): Promise<Policy> {
  const file = policyFile(name, folder);
  const written = checked(policySchema, await readData(file), file, 'POLICY_INVALID');
  const policy = textOf(written, folder);
  const whole = textOf(policySchema.parse(await readData(join(bundledFolder, 'whole-stage.yaml'))), folder);
  refuseChanges(policy.objectives, known, file);
  refuseGates(policy.gates, [...new Set([...known.gates, ...whole.gates])], file);
  for (const id of Object.keys(policy.maxAgeHours)) {
    if (policy.gates.includes(id)) continue;
    throw new ShakedownError('POLICY_INVALID', `${file}: maxAgeHours.${id}: the policy does not name this gate.`, {
      hint: 'Add it to gates, or leave that line out.',
    });
  }
  return {
    name: basename(file).replace(/\.ya?ml$/, ''),
    sha256: digest(readBoundedSync(file, mostBytes)),
    ...policy,
    digest: policyDigest(written),
    weaker: weakerThan(policy, whole, known.defaults),
  };
}

function textOf({ waivers, objectives, ...policy }: z.output<typeof policySchema>, folder: string): PolicyText {
  return {
    ...policy,
    objectives: objectives as Policy['objectives'],
    waivers: { ...waivers, file: waivers.file === null ? null : resolve(folder, waivers.file) },
  };
}

/** The same that a configuration may not do: change what is not there, ask for the worse side, leave a gate that nothing can fail. */
function refuseChanges(objectives: Policy['objectives'], known: Judgeable, file: string): void {
  for (const id of Object.keys(objectives)) {
    if (known.objectives.includes(id)) continue;
    const near = namesBefore.get(id) ?? closest(id, known.objectives);
    const meant = near === undefined ? '.' : `; did you mean ${near}?`;
    throw new ShakedownError('POLICY_INVALID', `${file}: objectives.${id}: no default objective has this id${meant}`, {
      hint: `There are ${known.objectives.join(', ')}.`,
    });
  }
  const problems = objectiveProblems(changed(known.defaults, objectives), known);
  if (problems.length === 0) return;
  const lines = problems.map((line) => `\n  ${line}`).join('');
  throw new ShakedownError('POLICY_INVALID', `${file} is not valid:${lines}`, { hint: 'Correct these objectives.' });
}

/** A gate that does not exist would leave every run of the policy inconclusive, at its end. */
function refuseGates(gates: readonly string[], known: readonly string[], file: string): void {
  for (const [index, gate] of gates.entries()) {
    if (gates.indexOf(gate) !== index)
      throw new ShakedownError('POLICY_INVALID', `${file}: gates.${index}: ${JSON.stringify(gate)} is named twice.`, {
        hint: 'Name each gate once.',
      });
    if (known.includes(gate)) continue;
    const near = closest(gate, known);
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    throw new ShakedownError(
      'POLICY_INVALID',
      `${file}: gates.${index}: no gate is called ${JSON.stringify(gate)}${meant}`,
      {
        hint: `There are ${known.join(', ')}.`,
      },
    );
  }
}
