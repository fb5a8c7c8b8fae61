import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { SampleSystem } from '../../model/sample-system.ts';
import { readJson, readYamlOrJson } from './descriptor/bounded-file.ts';
import type { Descriptor, Item } from './descriptor/format.ts';
import type { Gatherer } from './descriptor/gatherer.ts';
import type { SecretKey } from './descriptor/secrets.ts';
import { gatherCompose } from './sources/compose/compose.ts';
import { gatherCluster, type LiveCluster } from './sources/kubernetes/live.ts';
import { gatherObjects, objectsOf } from './sources/kubernetes/objects.ts';
import { gatherOutside, type OutsideHost } from './sources/outside/outside.ts';
import { gatherPostgres } from './sources/postgres.ts';
import { gatherSample } from './sources/sample.ts';
import { gatherServed, type ServedPage } from './sources/served.ts';
import { gatherTerraform } from './sources/terraform/show.ts';

/** What an environment is captured from; paths are absolute. */
export interface CaptureFrom {
  readonly environment: string;
  readonly kubernetes: LiveCluster | null;
  /** Files of `kubectl get -o json`. */
  readonly kubernetesFiles: readonly string[];
  /** Files of `terraform show -json`. */
  readonly terraform: readonly string[];
  readonly compose: readonly string[];
  readonly outside: readonly OutsideHost[];
  readonly served: readonly ServedPage[];
  readonly postgres: readonly { readonly name: string; readonly url: string }[];
}

export interface CaptureContext {
  readonly key: SecretKey | null;
  readonly signal: AbortSignal;
  /** The bundled sample system, where it is what is captured. */
  readonly sample: SampleSystem | null;
  phase(text: string): void;
  /** Of what was named and did not answer. */
  unread?(reason: string): void;
}

/** Reads every source. @throws ShakedownError PARITY_… where one cannot be read at all */
export async function capture(
  from: CaptureFrom,
  { key, signal, sample, phase, unread }: CaptureContext,
): Promise<Descriptor> {
  const capturedAt = new Date().toISOString();
  const about = { capturedAt, key };
  const gatherers: Gatherer[] = [];
  if (sample !== null) {
    phase('capturing the sample system');
    gatherers.push(...(await gatherSample(sample, about, signal)));
  }
  if (from.kubernetes !== null) {
    phase('asking Kubernetes');
    gatherers.push(await gatherCluster(from.kubernetes, about, signal));
  }
  if (from.kubernetesFiles.length > 0) {
    // One source: what one file lacks another may have.
    const files = await Promise.all(
      from.kubernetesFiles.map(async (file) =>
        objectsOf(await readYamlOrJson(file, 'The Kubernetes file'), `The Kubernetes file ${file}`),
      ),
    );
    const times = { key, capturedAt: await oldest(from.kubernetesFiles) };
    gatherers.push(
      gatherObjects(files.flat(), { ...times, from: from.kubernetesFiles.map((file) => basename(file)).join(', ') }),
    );
  }
  for (const file of from.terraform) {
    const document = await readJson(file, 'The Terraform file');
    gatherers.push(
      gatherTerraform(document, {
        key,
        capturedAt: await oldest([file]),
        what: `The Terraform file ${basename(file)}`,
      }),
    );
  }
  for (const file of from.compose) {
    const document = await readYamlOrJson(file, 'The Compose file');
    gatherers.push(
      gatherCompose(document, { key, capturedAt: await oldest([file]), what: `The Compose file ${basename(file)}` }),
    );
  }
  if (from.outside.length > 0) {
    phase('looking from outside');
    gatherers.push(await gatherOutside(from.outside, about, signal));
  }
  if (from.served.length > 0) gatherers.push(await gatherServed(from.served, about, signal));
  for (const { name, url } of from.postgres) {
    phase(`asking the database ${name}`);
    gatherers.push(await gatherPostgres(name, url, about));
  }
  signal.throwIfAborted();
  for (const reason of unreadOf(gatherers)) unread?.(reason);
  return joined(from.environment, capturedAt, key, gatherers);
}

const unreadOf = (gatherers: readonly Gatherer[]) => new Set(gatherers.flatMap(({ unreadable }) => [...unreadable]));

/** A file says how things were when it was written. */
async function oldest(files: readonly string[]): Promise<string> {
  const times = await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs));
  return new Date(Math.min(...times)).toISOString();
}

function joined(
  environment: string,
  capturedAt: string,
  key: SecretKey | null,
  gatherers: readonly Gatherer[],
): Descriptor {
  const items = new Map<string, Item>();
  for (const gatherer of gatherers) {
    for (const [name, item] of gatherer.items) {
      const before = items.get(name);
      if (before === undefined) items.set(name, item);
      // Where two sources agree on an item it is kept once; where they do not, the second one gets a name of its own.
      else if (JSON.stringify(before.value) !== JSON.stringify(item.value))
        items.set(freeName(items, `${name} (${item.source})`), item);
    }
  }
  if (items.size === 0) {
    const reasons = [...unreadOf(gatherers)];
    if (reasons.length > 0) {
      throw new ShakedownError('PARITY_EMPTY', `Nothing is known of ${environment}: ${reasons.join('; ')}.`, {
        hint: 'Check that it runs and can be reached from here, then capture it again.',
        exitCode: exitCodes.inconclusive,
      });
    }
    throw new ShakedownError('PARITY_EMPTY', `Nothing was found of ${environment}.`, {
      hint: 'Name what it is to be captured from: --from, or parity.staging in the configuration.',
    });
  }
  return { environment, capturedAt, keyId: key?.id ?? null, sources: gatherers.map((each) => each.source()), items };
}

function freeName(items: ReadonlyMap<string, Item>, name: string): string {
  let free = name;
  while (items.has(free)) free += '#2';
  return free;
}
