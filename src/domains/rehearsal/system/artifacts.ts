import { z } from 'zod';
import { namedTwice } from '../../../model/artifact.ts';
import { ShakedownError } from '../../../model/error.ts';
import { uniqueJson } from '../../../signing/strict-json.ts';
import type { Side } from './state.ts';

const timeoutMs = 5000;
const said = z.object({ artifacts: z.array(z.object({ name: z.string(), digest: z.string() })) });

/**
 * Holds what was deployed against what its instances say that they run: a verdict is of a digest, so another one must not serve under its name.
 * @throws ShakedownError DEPLOYMENT_OTHER
 */
export async function checkArtifacts(side: Side, path: string, signal: AbortSignal): Promise<void> {
  for (const { name, url } of side.instances) {
    const running = await artifactsAt(`${url}${path}`, signal);
    if (running === null) throw other(side, `${name} does not say at ${path} what it is made of`);
    for (const { name: artifact, digest } of side.artifacts) {
      const found = running.find((each) => each.name === artifact);
      if (found === undefined || found.digest === digest) continue;
      throw other(side, `${artifact} was deployed as ${digest}, and ${name} says that it runs ${found.digest}`);
    }
    if (side.artifacts.length === 0) side.artifacts.push(...running);
  }
}

/**
 * Holds what runs, as the driver found it, against what the configuration declares of the same name: the verdict is of that.
 * @throws ShakedownError DEPLOYMENT_OTHER
 */
export function checkDeclared(
  side: Side,
  declared: { version: string; artifacts: Side['artifacts'] } | undefined,
): void {
  if (declared === undefined || declared.version !== side.version) return;
  for (const { name, digest } of declared.artifacts) {
    const runs = side.artifacts.find((each) => each.name === name);
    if (runs === undefined || runs.digest === digest) continue;
    throw other(side, `${name} is declared as ${digest}, and ${runs.digest} runs`);
  }
}

async function artifactsAt(url: string, signal: AbortSignal) {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) });
    if (!response.ok) return null;
    const { artifacts } = said.parse(uniqueJson(await response.text()));
    return namedTwice(artifacts) === undefined ? artifacts : null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

function other({ version }: Side, why: string): ShakedownError {
  return new ShakedownError('DEPLOYMENT_OTHER', `${version} is not what came up: ${why}.`, {
    hint: 'It was ended; the traffic stayed where it was.',
  });
}
