import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findHelm } from '../../../../environment/kubectl.ts';
import { runProgram } from '../../../../environment/run-program.ts';
import { exitCodes, ShakedownError } from '../../../../model/error.ts';
import { oneLine } from './cluster.ts';

const timeoutMs = 60_000;

export interface ChartFor {
  /** Folder with a Chart.yaml. */
  path: string;
  namespace: string;
  /** By dotted name. */
  values: Readonly<Record<string, string | number | boolean>>;
  /** Where files may be written; of this user only. */
  scratch: string;
}

/**
 * What a Helm chart comes to. It is rendered and no release is made of it: then a killed command leaves none that is pending, and both versions can be there
 * side by side. Its tests are left out.
 * @returns manifests, as YAML
 * @throws ShakedownError HELM_MISSING, DEPLOYMENT_MANIFESTS
 */
export async function renderChart({ path, namespace, values, scratch }: ChartFor): Promise<string> {
  const helm = findHelm();
  if (helm === null) {
    throw new ShakedownError('HELM_MISSING', `${path} is a Helm chart, and there is no helm to render it.`, {
      hint: 'Put helm on PATH, or name it with SHAKEDOWN_HELM.',
      exitCode: exitCodes.missingProgram,
    });
  }
  // Not as arguments, which other users of this machine can see.
  const folder = await mkdtemp(join(scratch, 'chart-'));
  try {
    const file = join(folder, 'values.json');
    await writeFile(file, JSON.stringify(nested(values)), { mode: 0o600 });
    const args = ['template', basename(path), path, '--namespace', namespace, '--values', file, '--skip-tests'];
    const found = await runProgram(helm, args, { timeoutMs });
    if (found.kind === 'ended' && found.code === 0) return found.stdout;
    const said = found.kind === 'failed' ? found.reason : oneLine(found.stderr.replace(/^Error: /, ''));
    throw new ShakedownError(
      'DEPLOYMENT_MANIFESTS',
      `The manifests cannot be deployed: helm cannot render ${path}: ${said}.`,
      {
        hint: 'Correct the chart, or deployment.kubernetes.values.',
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `image.tag` as `{ image: { tag } }`. */
function nested(values: ChartFor['values']): Record<string, unknown> {
  const all: Record<string, unknown> = Object.create(null);
  for (const [name, value] of Object.entries(values)) {
    const parts = name.split('.');
    const last = parts.pop() ?? '';
    let at = all;
    for (const part of parts) {
      const inner = at[part];
      const next =
        typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : Object.create(null);
      at[part] = next;
      at = next;
    }
    at[last] = value;
  }
  return all;
}
