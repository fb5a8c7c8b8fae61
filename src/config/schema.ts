import { z } from 'zod';
import type { Configuration } from '../domains/configuration.ts';
import type { Domain } from '../domains/domain.ts';
import { candidate } from './candidate.ts';
import { certificate } from './certificate.ts';
import { keeping } from './keeping.ts';
import type { Judgeable } from './objective-rules.ts';
import { objectivesConfiguration } from './objectives.ts';
import { signing } from './signing.ts';

/** The configuration as a whole. */
export interface ConfigurationRules {
  /** Put together of what the rooms and domains declare, in order. */
  parts: readonly Configuration[];
  schema: z.ZodObject;
  /** Keys that may name a file in place of holding the value. */
  files: Readonly<Record<string, z.ZodType>>;
  /** Old dotted key → new one. */
  renamed: Readonly<Record<string, string>>;
}

/**
 * Puts together what may be written in a configuration; relative paths are of its folder.
 * @param hasObjectives whether `objectives` or `thresholds` will be checked: which gates and metrics there are is loaded for that only
 */
export async function configurationRules(
  domains: readonly Domain[],
  { hasObjectives }: { hasObjectives: boolean } = { hasObjectives: true },
): Promise<ConfigurationRules> {
  const objectives = objectivesConfiguration(hasObjectives ? await judgeable(domains) : nothing);
  const own = await Promise.all(domains.map((domain) => domain.configuration?.()));
  const parts = [
    candidate,
    objectives,
    keeping,
    signing,
    certificate,
    ...own.filter((part) => part !== undefined),
  ] as Configuration[];
  return {
    parts,
    schema: z
      .strictObject({
        $schema: z
          .string()
          .optional()
          .describe('For editors: where the JSON Schema of this file is; none when absent.'),
        ...Object.assign({}, ...parts.map(({ schemas }) => schemas)),
      })
      .describe('Configuration of Shakedown.'),
    files: Object.assign({}, ...parts.map(({ files }) => files)),
    renamed: Object.assign({}, ...parts.map(({ renamed }) => renamed)),
  };
}

const nothing: Judgeable = {
  gates: [],
  metrics: [],
  objectives: [],
  defaults: [],
  repeating: new Set(),
  units: new Map(),
  reads: new Map(),
};

/** What the domains can be judged by. */
export async function judgeable(domains: readonly Domain[]): Promise<Judgeable> {
  const judging = (await Promise.all(domains.map((domain) => domain.judging?.()))).filter((one) => one !== undefined);
  const defaults = judging.flatMap((one) => [...(one.allObjectives ?? [])]);
  const units = new Map(
    judging.flatMap((one) =>
      (one.metrics ?? []).map(({ id, unit, otherUnits = [] }) => {
        const also = defaults.filter(({ metric }) => metric === id).map((objective) => objective.unit);
        return [id, unique([unit, ...otherUnits, ...also])] as const;
      }),
    ),
  );
  return {
    defaults,
    repeating: new Set(
      domains.flatMap(({ id, parts }) =>
        (parts?.parts ?? []).filter(({ gate }) => gate !== undefined).map((part) => `${id}-${part.id}`),
      ),
    ),
    units,
    reads: new Map(judging.flatMap(({ metrics = [] }) => metrics.map((metric) => [metric.id, metric] as const))),
    gates: unique(domains.flatMap(({ gates }) => idsOf(gates))),
    metrics: unique(judging.flatMap((one) => idsOf(one.metrics))),
    objectives: unique(judging.flatMap((one) => idsOf(one.allObjectives))),
  };
}

function idsOf(list: readonly { id: string }[] = []): string[] {
  return list.map(({ id }) => id);
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
