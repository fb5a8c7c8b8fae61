import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ComponentOf } from '../../src/domains/chaos/fault.ts';
import { toxiproxyAt } from '../../src/domains/chaos/toxiproxy/client.ts';
import { action, fault, http, hypothesis, probe, program } from '../domains/chaos/experiment/trial.ts';

/** What experiments are run against. */
export interface Ground {
  /** Answers 200, and 500 to what is posted; `/broken` says whether `/break` was called since the last `/mend`; `/slow` takes 0.6 s. */
  url: string;
  /** A process, component `victim`. */
  pid: number;
  /** A link to the same server, component `link`. */
  link: ComponentOf<'link'>;
  /** The way through the link. */
  linkUrl: string;
}

/** One way to get a pass of an experiment though nothing was shown, and an honest one that looks much like it. */
export interface ExperimentDeceit {
  what: string;
  experiment(ground: Ground): object;
  because: RegExp;
  /** Between two checks; 0.1 when absent. */
  frequencySeconds?: number | undefined;
  /** The same, of the control; as of the other when absent. */
  controlFrequencySeconds?: number | undefined;
  /** What somebody else does while the experiment runs, with when its fault was proved; the control is left alone. */
  meanwhile?(ground: Ground, proved: Promise<void>): Promise<void>;
  control(ground: Ground): object;
}

const up = ({ url }: Ground) => hypothesis(probe('up', http(url), 200));
const breakIt = ({ url }: Ground) => action('break it', http(`${url}/break`));
const mendIt = ({ url }: Ground) => action('mend it', http(`${url}/mend`));
/** Met only once it is broken. */
const isBroken = ({ url }: Ground) =>
  probe('is broken', http(`${url}/broken`), { type: 'regex', pattern: 'yes', target: 'body' });

const honest = (on: Ground) => ({ ...up(on), method: [breakIt(on), isBroken(on)], rollbacks: [mendIt(on)] });
const changed = (change: (on: Ground) => object) => (on: Ground) => ({ ...honest(on), ...change(on) });

/** Nothing was done, or nothing shows that it had an effect. */
export const ofOwnActions: ExperimentDeceit[] = [
  {
    what: 'a method without anything in it',
    experiment: changed(() => ({ method: [] })),
    because: /^Nothing was done/,
    control: honest,
  },
  {
    what: 'a method that only looks',
    experiment: changed((on) => ({ method: [isBroken(on)] })),
    because: /^Nothing was done/,
    control: honest,
  },
  {
    what: 'a method that only takes faults away, of which there are none',
    experiment: changed(() => ({
      method: [action('revert', { type: 'node', module: 'shakedown', func: 'revert', arguments: {} })],
    })),
    because: /^Nothing was done/,
    control: honest,
  },
  {
    what: 'a steady state that is looked at only before anything is done',
    experiment: changed(() => ({ runtime: { hypothesis: { strategy: 'before-method-only' } } })),
    because: /^Nothing was checked after its actions were begun/,
    control: honest,
  },
  {
    what: 'an action whose program ends with 1',
    experiment: changed((on) => ({ method: [breakIt(on), isBroken(on), action('kill it', program('false'))] })),
    because: /^The action "kill it" failed: its program ended with 1/,
    control: changed((on) => ({
      method: [breakIt(on), isBroken(on), { ...action('kill it', program('false')), tolerance: [0, 1] }],
    })),
  },
  {
    what: 'an action whose program is killed',
    experiment: changed((on) => ({
      method: [breakIt(on), isBroken(on), action('kill it', program('sh', '-c', 'kill -9 $$'))],
    })),
    because: /^The action "kill it" failed: its program was ended by signal 9/,
    control: honest,
  },
  {
    what: 'an action whose own tolerance is not met',
    experiment: changed((on) => ({ method: [{ ...breakIt(on), tolerance: 202 }, isBroken(on)] })),
    because: /^The action "break it" did not do what it is there for/,
    control: honest,
  },
  {
    what: 'an injection that is answered with 500',
    experiment: changed((on) => ({
      method: [breakIt(on), isBroken(on), action('inject', http(`${on.url}/fault`, { method: 'POST' }))],
    })),
    because: /^The action "inject" failed: it was answered with status 500/,
    control: honest,
  },
  {
    what: 'an undo that ends with 1',
    experiment: changed((on) => ({ rollbacks: [mendIt(on), action('undo', program('false'))] })),
    because: /^The rollback "undo" failed: its program ended with 1/,
    control: honest,
  },
  {
    what: 'actions of which nothing measures the effect',
    experiment: changed((on) => ({ method: [breakIt(on)] })),
    because: /^That its actions had an effect was not measured.*give its method a probe with a tolerance/,
    control: honest,
  },
  {
    what: 'an action without effect, as its own probe shows',
    experiment: changed((on) => ({ method: [action('nothing', program('true')), isBroken(on)] })),
    because: /the probe "is broken" did not see it/,
    control: honest,
  },
  {
    what: 'a probe of the effect that is met without the action too',
    experiment: changed(() => ({ method: [action('nothing', program('true')), probe('fine', program('true'), 0)] })),
    because: /the probe "fine" was met before they were begun, too/,
    control: honest,
  },
];

const stop = (seconds: number, more: object = {}) => ({
  ...action('stop', fault('process-stop', { component: 'victim', seconds })),
  ...more,
});
const slow = ({ url }: Ground) => probe('slow', http(`${url}/slow`), 200);
const slowAndUp = (on: Ground, before = 0) =>
  hypothesis(slow(on), { ...probe('up', http(on.url), 200), pauses: { before } });

/** The fault was not on, or not there any more, when the hypothesis was asked. */
export const ofTimes: ExperimentDeceit[] = [
  {
    what: 'a probe that asks after the fault, in a check that began under it',
    // The second check begins at 2.4 s, its first probe ends at 3 s, and its second asks at 3.8 s.
    frequencySeconds: 1,
    experiment: (on) => ({ ...slowAndUp(on, 0.8), method: [stop(1.4, { pauses: { before: 2 } })] }),
    because: /^The probe "up" did not look while process-stop on victim was on for 1\.\d s/,
    control: (on) => ({ ...slowAndUp(on), method: [stop(3)] }),
  },
  {
    what: 'a request that was sent under the fault, and answered after it as quickly as ever',
    // The second check begins at 1.6 s, and ends at 2.2 s.
    frequencySeconds: 1,
    experiment: (on) => ({ ...hypothesis(slow(on)), method: [stop(0.7, { pauses: { before: 1.2 } })] }),
    because:
      /^Nothing was checked while process-stop on victim was on for 0\.\d s, .* \(the probe "slow" was under way when it came or went/,
    control: (on) => ({ ...hypothesis(slow(on)), method: [stop(3)] }),
  },
  {
    what: 'a program that may have asked after the fault, and began under it',
    frequencySeconds: 0.6,
    experiment: () => ({
      ...hypothesis(probe('up', program('sleep', '1.2'), 0)),
      method: [stop(0.7, { pauses: { before: 1.5 } })],
    }),
    because: /^Nothing was checked while process-stop on victim was on for 0\.\d s/,
    control: () => ({ ...hypothesis(probe('up', program('sleep', '0.2'), 0)), method: [stop(2)] }),
  },
];

/** Looks through the link, whatever comes of it. */
const throughLink = ({ linkUrl }: Ground) =>
  hypothesis(probe('goes on', program('sh', '-c', `curl -s -m 2 ${linkUrl}; true`), 0));
const onLink = (func: string, more: object = {}) => [
  action(func, fault(func, { component: 'link', seconds: 2.5, ...more })),
];
/** While the fault is on, the second check begins after it was undone. */
const seldom = { frequencySeconds: 1.5, controlFrequencySeconds: 0.3 };

async function soon(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
  // Beyond its proof.
  await sleep(700);
}

const proxyOf = ({ link }: Ground) => toxiproxyAt(link.toxiproxyUrl).proxy(link.proxy);
const hasToxic = async (on: Ground) => (await proxyOf(on)).toxics.length > 0;
const toxicUrl = async (on: Ground) => {
  const { toxics } = await proxyOf(on);
  return `${on.link.toxiproxyUrl}/proxies/${on.link.proxy}/toxics/${toxics[0]?.name}`;
};
const latency = (on: Ground) => ({ ...throughLink(on), method: onLink('latency', { delayMs: 400, seconds: 5 }) });

/** A fault that was there, and that somebody else took away before its time. */
export const ofUndoneFaults: ExperimentDeceit[] = [
  {
    what: 'a process that was let go on while it was to be stopped',
    ...seldom,
    experiment: (on) => ({ ...up(on), method: [stop(2.5)] }),
    async meanwhile({ pid }, proved) {
      await proved;
      process.kill(pid, 'SIGCONT');
    },
    because:
      /process-stop on victim was gone before its time, last seen after \d\.\d s of 2\.\d s: process state was going on/,
    control: (on) => ({ ...up(on), method: [stop(2.5)] }),
  },
  {
    what: 'a toxic that was removed while it was to be on',
    ...{ frequencySeconds: 4, controlFrequencySeconds: 0.3 },
    experiment: latency,
    async meanwhile(on, proved) {
      await proved;
      await fetch(await toxicUrl(on), { method: 'DELETE' });
    },
    because: /latency on link was gone before its time.*was none, not latency downstream/,
    control: latency,
  },
  {
    what: 'a toxic that was changed while it was to be on',
    ...{ frequencySeconds: 4, controlFrequencySeconds: 0.3 },
    experiment: latency,
    async meanwhile(on, proved) {
      await proved;
      await fetch(await toxicUrl(on), { method: 'POST', body: JSON.stringify({ attributes: { latency: 0 } }) });
    },
    because: /latency on link was gone before its time.*latency 0/,
    control: latency,
  },
  {
    what: 'a link that was opened while it was to be down',
    ...seldom,
    experiment: (on) => ({ ...throughLink(on), method: onLink('down') }),
    async meanwhile(on, proved) {
      await proved;
      await toxiproxyAt(on.link.toxiproxyUrl).enable(on.link.proxy, true);
    },
    because: /down on link was gone before its time.*was on, not off/,
    control: (on) => ({ ...throughLink(on), method: onLink('down') }),
  },
];

const unused =
  (func: string, more: object = {}) =>
  (on: Ground) => ({ ...up(on), method: onLink(func, more) });
const usedBy =
  (func: string, more: object = {}) =>
  (on: Ground) => ({ ...throughLink(on), method: onLink(func, more) });
const nobody = /^Nobody was on link while [a-z-]+ was on it, so nothing was shown/;

/** A link that is slow, or down, and that nobody uses. */
export const ofUnusedLinks: ExperimentDeceit[] = [
  {
    what: 'a slow link that nobody is on',
    experiment: unused('latency', { delayMs: 400 }),
    because: nobody,
    control: usedBy('latency', { delayMs: 400 }),
  },
  {
    what: 'a slow link with a connection on which nothing is said',
    experiment: unused('latency', { delayMs: 400 }),
    async meanwhile(on) {
      const socket = connect(Number(on.link.listen.split(':')[1]), '127.0.0.1');
      await soon(() => hasToxic(on));
      while (await hasToxic(on)) await sleep(50);
      socket.destroy();
    },
    because: nobody,
    control: usedBy('latency', { delayMs: 400 }),
  },
  {
    what: 'a link that is down and that nobody was on',
    experiment: unused('down'),
    because: nobody,
    control: usedBy('down'),
  },
  {
    what: 'a link whose connections are reset, of which there are none',
    experiment: unused('reset-peer'),
    because: nobody,
    control: usedBy('reset-peer'),
  },
];
