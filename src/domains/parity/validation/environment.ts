import { join } from 'node:path';
import { ShakedownError } from '../../../model/error.ts';
import type { RunTarget } from '../../companion.ts';
import { type ValidationContext, validationWork } from '../../validation.ts';
import { type CaptureFrom, capture } from '../capture.ts';
import { compare } from '../compare/compare.ts';
import type { Rule } from '../compare/rules.ts';
import { readDescriptor, writeDescriptor } from '../descriptor/file.ts';
import type { Descriptor } from '../descriptor/format.ts';
import { findSecretKey, type SecretKey } from '../descriptor/secrets.ts';
import { sampleAge, sampleMinimumCoverage, sampleProduction } from '../sample-shop.ts';
import { type Evidence, evidence, evidenceOfComparison, evidenceOfSide, isOneCapture } from './evidence.ts';
import { judge } from './judge.ts';
import { sameAddresses, samePlaces } from './places.ts';

/** Staging against production, item by item. */
export const environment = validationWork<Evidence>({
  evidence,
  async run(context) {
    const { config, record, folder } = context;
    const { parity } = config;
    const key = await findSecretKey(parity.keyFile);
    const { production, rules, ageless, minimumCoverage } = await productionSide(context, key);
    const staging = await stagingSide(context, key);
    await writeDescriptor(join(folder, 'production.json'), production);
    await writeDescriptor(join(folder, 'staging.json'), staging);
    const now = Date.now();
    const { maximumAgeDays } = parity;
    record(evidenceOfSide('production', production, { maximumAgeDays, ageless, now }));
    record(evidenceOfSide('staging', staging, { maximumAgeDays, ageless: null, now }));
    const today = new Date(now).toISOString().slice(0, 10);
    const comparison = compare(production, staging, { rules, names: parity.names, today });
    const places = [...samePlaces(production, staging), ...sameAddresses(parity.production, parity.staging)];
    const about = { isOneCapture: isOneCapture(production, staging), samePlaces: [...new Set(places)] };
    record(evidenceOfComparison(comparison, { minimumCoverage, ...about }));
  },
  judge,
});

interface ProductionSide {
  production: Descriptor;
  rules: readonly Rule[];
  ageless: string | null;
  minimumCoverage: number;
}

async function productionSide(
  { config, signal, phase }: ValidationContext,
  key: SecretKey | null,
): Promise<ProductionSide> {
  const { parity, target } = config;
  const { production, staging, rules, minimumCoverage } = parity;
  if (production === null && target.sample !== null) {
    const bundled = await sampleProduction();
    // Rules of one's own come first.
    return {
      production: bundled.production,
      rules: [...rules, ...bundled.rules],
      ageless: sampleAge,
      minimumCoverage: Math.min(minimumCoverage, sampleMinimumCoverage),
    };
  }
  if (production === null) {
    throw new ShakedownError('NOT_CONFIGURED', 'No production is configured to compare with.', {
      hint: 'Set parity.production to the file that `shakedown parity capture` made in production.',
    });
  }
  if (production === staging) {
    throw new ShakedownError('PARITY_SAME_FILE', 'parity.production and parity.staging name the same file.', {
      hint: 'Capture each environment into a file of its own.',
    });
  }
  const found =
    typeof production === 'string'
      ? await readDescriptor(production)
      : await capture(production, { key, signal, sample: null, phase });
  return { production: found, rules, ageless: null, minimumCoverage };
}

async function stagingSide(
  { config, signal, phase, target }: ValidationContext,
  key: SecretKey | null,
): Promise<Descriptor> {
  const { staging } = config.parity;
  if (typeof staging === 'string') return readDescriptor(staging);
  if (staging !== null) return capture(staging, { key, signal, sample: null, phase });
  const opened = await target();
  return capture(ofTarget(opened, config.target.headers), { key, signal, sample: opened.sample, phase });
}

/** What is looked at where nothing is configured: the sample system itself, or the target from outside. */
export function ofTarget(
  { baseUrl, sample }: Pick<RunTarget, 'baseUrl' | 'sample'>,
  headers: Iterable<readonly [string, string]>,
): CaptureFrom {
  const nothing = { kubernetes: null, kubernetesFiles: [], terraform: [], compose: [], served: [], postgres: [] };
  const outside =
    sample === null ? [{ name: 'target', url: baseUrl, paths: ['/'], headers: Object.fromEntries(headers) }] : [];
  return { environment: 'staging', ...nothing, outside };
}
