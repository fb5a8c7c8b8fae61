import { grouped } from '../../../../gate/words.ts';
import { type Check, check } from '../../../part.ts';
import type { Of } from './evidence.ts';

/** An empty queue of dead letters has a byte for the version of its format. */
const emptyBytes = 1;

export function ofLogstash({ store, error, version, pipelines }: Of<'logstash'>): Check[] {
  const flow = `${store}: what comes in goes out`;
  if (error !== null) return [check(`flow.${store}`, flow, 'inconclusive', `Logstash could not be asked: ${error}.`)];
  if (pipelines.length === 0)
    return [check(`flow.${store}`, flow, 'inconclusive', `Logstash ${version} runs no pipeline.`)];
  return [flowOf(store, flow, pipelines), deadOf(store, pipelines), reloadsOf(store, pipelines)];
}

type Pipelines = Of<'logstash'>['pipelines'];

function flowOf(store: string, title: string, pipelines: Pipelines): Check {
  const id = `flow.${store}`;
  const total = pipelines.reduce((sum, one) => sum + one.in, 0);
  const refused = pipelines.find((one) => one.refused > 0);
  if (refused !== undefined) {
    const reason = `Pipeline ${refused.id} gave up ${grouped(refused.refused)} events that its output did not take.`;
    return check(id, title, 'fail', reason);
  }
  for (const one of pipelines) {
    const lost = one.filters.reduce((sum, filter) => sum + filter.lost, 0);
    const open = one.in - one.out - lost;
    if (open > one.queued) {
      const reason = `Pipeline ${one.id} took in ${grouped(one.in)} events and put out ${grouped(one.out)}; its filters took out ${grouped(lost)} and ${grouped(one.queued)} wait, so ${grouped(open - one.queued)} are not accounted for: they may still be on their way.`;
      return check(id, title, 'inconclusive', reason);
    }
  }
  if (total === 0) return check(id, title, 'inconclusive', 'No event came in meanwhile.');
  const took = pipelines.flatMap(({ filters }) => filters.filter(({ lost }) => lost > 0));
  const [first] = took;
  const by = first === undefined ? '' : ` The filter ${first.name} took out ${grouped(first.lost)}.`;
  return check(id, title, 'pass', `${grouped(total)} events came in, and all of them are accounted for.${by}`);
}

function deadOf(store: string, pipelines: Pipelines): Check {
  const [id, title] = [`dead-letters.${store}`, `${store}: no event becomes a dead letter`];
  const has = pipelines.flatMap(({ id: pipeline, deadLetters }) =>
    deadLetters === null ? [] : [{ pipeline, ...deadLetters }],
  );
  const grown = has.find((one) => one.grown > 0 || one.dropped > 0);
  if (grown !== undefined) {
    const what =
      grown.dropped > 0
        ? `dropped ${grouped(grown.dropped)} events, for its queue of dead letters is full`
        : `wrote ${grouped(grown.grown)} bytes of dead letters meanwhile`;
    return check(id, title, 'fail', `Pipeline ${grown.pipeline} ${what}.`);
  }
  const old = has.find(({ bytes }) => bytes > emptyBytes);
  if (old !== undefined) {
    const reason = `Pipeline ${old.pipeline} has ${grouped(old.bytes)} bytes of older dead letters, which somebody has to look at.`;
    return check(id, title, 'inconclusive', reason);
  }
  return has.length === 0
    ? check(
        id,
        title,
        'inconclusive',
        'No pipeline keeps dead letters, so events that are refused are lost without a trace.',
      )
    : check(id, title, 'pass', 'There is none.');
}

function reloadsOf(store: string, pipelines: Pipelines): Check {
  const [id, title] = [`reloads.${store}`, `${store}: pipelines run what is configured`];
  const failed = pipelines.find(({ reloadFailures }) => reloadFailures > 0);
  if (failed === undefined) return check(id, title, 'pass', 'No reload failed.');
  return check(
    id,
    title,
    'fail',
    `Pipeline ${failed.id} could not be reloaded ${grouped(failed.reloadFailures)} times.`,
  );
}

export function ofKibana({ store, error, version, level, dataViews, wanted, unseen }: Of<'kibana'>): Check[] {
  const status = `${store}: it says that it is available`;
  if (error !== null) return [check(`status.${store}`, status, 'inconclusive', `Kibana could not be asked: ${error}.`)];
  const isUp = /^(available|green)$/.test(level);
  const views = `${store}: data views show the logs`;
  return [
    check(
      `status.${store}`,
      status,
      isUp ? 'pass' : 'fail',
      `Kibana ${version} says ${level === '' ? 'nothing' : level}.`,
    ),
    check(`data-views.${store}`, views, ...viewed({ dataViews, wanted, unseen })),
  ];
}

function viewed({
  dataViews,
  wanted,
  unseen,
}: Pick<Of<'kibana'>, 'dataViews' | 'wanted' | 'unseen'>): readonly [Check['verdict'], string] {
  if (dataViews === null) return ['inconclusive', 'They can’t be read with the headers that are configured.'];
  const absent = wanted.filter((title) => !dataViews.includes(title));
  if (absent.length > 0) return ['fail', `There is no data view ${absent.join(', ')}.`];
  if (unseen.length > 0) return ['fail', `No data view shows the index ${unseen.join(', ')}.`];
  if (dataViews.length === 0) return ['fail', 'There is no data view.'];
  return ['pass', `There are ${grouped(dataViews.length)}.`];
}
