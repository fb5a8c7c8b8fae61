import type { Places, RemoteStart } from '../k6/places.ts';
import type { K6Process } from '../k6/process.ts';
import type { Kubectl } from './kubectl.ts';
import { type GeneratorSet, list } from './manifests.ts';
import { ownedBy } from './owner.ts';
import { imageVersion, Pods, type PodsSetup } from './pods.ts';
import { operatorContainer, runnerIndex, testRunManifests } from './test-run.ts';

type Common = Omit<PodsSetup, 'selector' | 'owner' | 'indexOf' | 'attach' | 'container' | 'kubectl'>;

/**
 * Runners of Grafana's k6-operator. Each lives for one k6, and the operator replaces none: a generator that follows another, because that was
 * lost or its time was over, gets a TestRun of one runner.
 */
export class OperatorPlaces implements Places {
  readonly #kubectl: Kubectl;
  readonly #set: GeneratorSet;
  readonly #common: Common;
  readonly #first: Pods;
  #used = new Set<number>();
  #more = 0;

  constructor(kubectl: Kubectl, set: GeneratorSet, common: Common) {
    this.#kubectl = kubectl;
    this.#set = set;
    this.#common = common;
    this.#first = this.#runners(set.name);
  }

  get readyAtMostMs(): number {
    return this.#first.readyAtMostMs;
  }

  /** It gets a runner of its own. */
  get nextTakesMs(): number {
    return this.readyAtMostMs;
  }

  /** Makes the first TestRun and waits for its runners. @returns the version of their k6. @throws ShakedownError KUBERNETES_… */
  async open(): Promise<string> {
    await makeTestRun(this.#kubectl, this.#set);
    return imageVersion(this.#first, await this.#first.ready(this.#set.pods));
  }

  async start(start: RemoteStart): Promise<K6Process> {
    if (!this.#used.has(start.shard)) {
      this.#used.add(start.shard);
      return this.#first.start(start);
    }
    const name = `${this.#set.name}-${++this.#more}`;
    await makeTestRun(this.#kubectl, { ...this.#set, name, pods: 1 });
    return this.#runners(name).start({ ...start, shard: 0 });
  }

  #runners(name: string): Pods {
    return new Pods({
      ...this.#common,
      kubectl: this.#kubectl,
      selector: `app.kubernetes.io/instance=${name}`,
      owner: `testrun/${name}`,
      indexOf: runnerIndex,
      attach: true,
      container: operatorContainer,
    });
  }
}

/** With a warning only for what an operator of another version does not know: it is left out then. */
async function makeTestRun(kubectl: Kubectl, set: GeneratorSet): Promise<void> {
  await kubectl.must('to make the TestRun', ['create', '--validate=warn', '-f', '-'], list(testRunManifests(set)));
  await ownedBy(kubectl, set, { resource: 'testruns.k6.io', apiVersion: 'k6.io/v1alpha1', kind: 'TestRun' });
}
