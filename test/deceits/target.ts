import {
  alert,
  checks,
  configured,
  type Deceit,
  day,
  dayMs,
  downtime,
  errorLines,
  figures,
  hour,
  kill,
  memory,
  minute,
  processes,
  readable,
  second,
  short,
  shortMs,
  three,
  usual,
} from './made.ts';

const alerts = { watch: { prometheus: { alerts: true }, logs: [] } };
const logs = { watch: { logs: [{ name: 'shop' }] } };
const up = () => true;
const anHour = {
  ...day,
  windows: 360,
  windowMs: 10 * second,
  samples: 30,
  config: { objectives: { 'stable-time': { target: 0.9 } } },
};

/** What the target's health, its monitoring and its resources say. */
export const ofTarget: Deceit[] = [
  {
    what: 'a health check that fails every third time',
    made: { ...short, health: checks(shortMs, (atMs) => (atMs / second) % 3 !== 2) },
    verdict: 'fail',
    because: /^Health checks found the target up 67 % of the time/,
    control: { ...short, health: checks(shortMs, (atMs) => atMs !== 100 * second) },
  },
  {
    what: 'health checks that fail for 12 s of five minutes, a second at a time',
    made: { ...short, health: checks(shortMs, (atMs) => (atMs / second) % 25 !== 2) },
    verdict: 'fail',
    because: /^Health checks found the target up 96 % of the time/,
    control: { ...short, health: checks(shortMs, up) },
  },
  {
    what: 'a health check that always fails',
    made: { ...short, health: checks(shortMs, () => false) },
    verdict: 'fail',
    because: /^Outage: The target was down for 5 min .*status 503/,
  },
  {
    what: 'a health check that fails from 4.5 s on',
    made: { ...short, health: checks(shortMs, (atMs) => atMs < 4500, 500) },
    verdict: 'fail',
    because: /^Outage: The target was down for 4 min 5\d s from 5 s on/,
    control: {
      ...short,
      health: checks(shortMs, (atMs) => atMs < 100 * second || atMs > 130 * second),
      more: [downtime(95 * second, 135 * second), ...figures(shortMs, usual)],
    },
  },
  {
    what: 'no health check at all',
    made: { ...short, health: [] },
    verdict: 'inconclusive',
    because: /longest unplanned outage was not measured: no health check was made/,
  },
  {
    what: 'health checks that end halfway',
    made: { ...short, health: checks(shortMs / 2, up) },
    verdict: 'inconclusive',
    because: /health checks speak for 3 min \d+ s of the 5 min measured/,
  },
  {
    what: 'an outage at noon of a stable day',
    made: { ...day, health: checks(dayMs, (atMs) => atMs < 12 * hour || atMs >= 12 * hour + 20 * second, 10 * second) },
    verdict: 'fail',
    because: /^Outage: The target was down for 20 s from 12 h on/,
    control: { ...day, health: checks(dayMs, (atMs) => atMs !== 12 * hour, 10 * second) },
  },
  {
    what: 'downtime that is planned for nearly all of the run',
    made: {
      ...short,
      health: checks(shortMs, (atMs) => atMs < 30 * second),
      more: [downtime(30 * second, shortMs), ...figures(shortMs, usual)],
    },
    verdict: 'inconclusive',
    because: /downtime was planned for 4 min 30 s of 5 min/,
  },
  {
    what: 'a critical alert in a run that is planned downtime from its start to its end',
    made: {
      ...short,
      config: configured(alerts),
      more: [
        ...readable('alerts', shortMs),
        downtime(0, shortMs),
        ...alert(second, null, 'critical'),
        ...figures(shortMs, usual),
      ],
    },
    verdict: 'inconclusive',
    because: /downtime was planned for 5 min of 5 min/,
  },
  {
    what: 'a critical alert that fires for 22 of 24 hours',
    made: {
      ...day,
      config: alerts,
      more: [...readable('alerts', dayMs), ...alert(2 * hour, null, 'critical'), ...figures(dayMs, usual)],
    },
    verdict: 'fail',
    because: /^Alerts fired: ShopDown \(critical\) for 22 h/,
    control: {
      ...day,
      config: alerts,
      more: [...readable('alerts', dayMs), ...alert(0, null, 'none', 'Watchdog'), ...figures(dayMs, usual)],
    },
  },
  {
    what: 'an alert without a severity',
    made: {
      ...short,
      config: configured(alerts),
      more: [...readable('alerts', shortMs), ...alert(minute, 2 * minute, null), ...figures(shortMs, usual)],
    },
    verdict: 'fail',
    because: /^Alerts fired: ShopDown \(no severity\) for 1 min/,
    control: {
      ...short,
      config: configured(alerts),
      more: [
        ...readable('alerts', shortMs),
        downtime(50 * second, 110 * second),
        ...alert(minute, 2 * minute, null),
        ...figures(shortMs, usual),
      ],
    },
  },
  {
    what: 'alerts that nobody could read',
    made: {
      ...short,
      config: configured(alerts),
      more: [...readable('alerts', shortMs, () => false), ...figures(shortMs, usual)],
    },
    verdict: 'inconclusive',
    because: /nothing shows that the alerts of Prometheus could be read/,
    control: {
      ...short,
      config: configured(alerts),
      more: [...readable('alerts', shortMs), ...figures(shortMs, usual)],
    },
  },
  {
    what: 'alerts that could be read for half of the time',
    made: {
      ...short,
      config: configured(alerts),
      more: [...readable('alerts', shortMs, (atMs) => atMs < shortMs / 2), ...figures(shortMs, usual)],
    },
    verdict: 'inconclusive',
    because: /the alerts of Prometheus could not be read for 2 min of 5 min/,
    control: {
      ...short,
      config: configured(alerts),
      more: [...readable('alerts', shortMs), ...figures(shortMs, usual)],
    },
  },
  {
    what: '360,000 fatal lines in the log',
    made: {
      ...day,
      config: logs,
      more: [...readable('log shop', dayMs), ...errorLines(dayMs, () => 250), ...figures(dayMs, usual)],
    },
    verdict: 'fail',
    because: /^Error lines in the logs, of answers is 0\.35 % against 0\.1 %.*FATAL/,
    control: {
      ...day,
      config: logs,
      more: [...readable('log shop', dayMs), ...errorLines(dayMs, () => 10), ...figures(dayMs, usual)],
    },
  },
  {
    what: 'error lines that become ten times as many',
    made: {
      ...day,
      config: logs,
      more: [
        ...readable('log shop', dayMs),
        ...errorLines(dayMs, (atMs) => (atMs < 3 * hour ? 2 : 20)),
        ...figures(dayMs, usual),
      ],
    },
    verdict: 'fail',
    because: /^Error lines a minute, against those of the first hours/,
    control: {
      ...day,
      config: logs,
      more: [
        ...readable('log shop', dayMs),
        ...errorLines(dayMs, (atMs) => (atMs < 3 * hour ? 10 : 12)),
        ...figures(dayMs, usual),
      ],
    },
  },
  {
    what: 'a log that is not there',
    made: {
      ...short,
      config: configured(logs),
      more: [...readable('log shop', shortMs, () => false), ...figures(shortMs, usual)],
    },
    verdict: 'inconclusive',
    because: /the log shop could not be read for 5 min of 5 min/,
    control: {
      ...short,
      config: configured(logs),
      more: [...readable('log shop', shortMs), ...figures(shortMs, usual)],
    },
  },
  {
    what: 'memory that grows ninefold every five hours and is reset',
    made: { ...day, more: memory(dayMs, (hours) => 200 * (1 + 8 * ((hours % 5) / 5))) },
    verdict: 'inconclusive',
    because: /shop-1 memory is a sawtooth|number of figures that drift/,
    control: { ...day, more: memory(dayMs, (_, i) => 200 + 10 * Math.sin(i * 7)) },
  },
  {
    what: 'memory that grows for 11 of 12 hours and is reset',
    made: {
      ...day,
      ...{ windows: 200, config: { objectives: { 'stable-time': { target: 12 } } } },
      more: memory(12 * hour, (hours) => (hours < 11 ? 200 + 300 * hours : 210)),
    },
    verdict: 'inconclusive',
    because: /shop-1 memory climbed|number of figures that drift/,
    control: { ...day, more: memory(dayMs, (hours, i) => 200 + (75 * Math.min(hours, 9.6)) / 9.6 + Math.sin(i * 7)) },
  },
  {
    what: 'memory that grows all day',
    made: { ...day, more: memory(dayMs, (hours, i) => 200 + 12 * hours + Math.sin(i * 7)) },
    verdict: 'fail',
    because: /shop-1 memory grows/,
    control: { ...day, more: memory(dayMs, (hours, i) => 200 + 40 * Math.min(hours, 3) + Math.sin(i * 7)) },
  },
  {
    what: 'an instance that is restarted',
    made: { ...short, more: [...processes([2 * minute, 'shop-2', 'restarted']), ...figures(shortMs, usual)] },
    verdict: 'fail',
    because: /^Without a plan or a fault, shop-2 was restarted at 2 min/,
    control: {
      ...short,
      more: [
        downtime(115 * second, 120 * second),
        ...processes([2 * minute, 'shop-2', 'restarted']),
        ...figures(shortMs, usual),
      ],
    },
  },
  {
    what: 'an instance that goes away for good',
    made: { ...short, more: [...processes([4 * minute, 'shop-2', 'gone']), ...figures(shortMs, usual)] },
    verdict: 'fail',
    because: /^Without a plan or a fault, shop-2 went away at 4 min/,
    control: {
      ...short,
      more: [
        ...kill(4 * minute - second, 4 * minute + second),
        ...processes([4 * minute, 'shop-2', 'gone'], [4 * minute + 5 * second, 'shop-2', 'back']),
        ...figures(shortMs, usual),
      ],
    },
  },
  {
    what: 'one of three instances that stops reporting',
    made: {
      ...short,
      more: figures(shortMs, (id, share) => (id.startsWith('shop-3') && share > 0.5 ? null : usual(id))),
    },
    verdict: 'inconclusive',
    because: /figures of the target that were watched went missing/,
    control: {
      ...short,
      more: figures(shortMs, (id, share) =>
        id.startsWith('shop-3') && share > 0.5 && share < 0.55 ? null : usual(id),
      ),
    },
  },
  {
    what: 'one figure that vanishes for a while',
    made: {
      ...day,
      more: figures(dayMs, (id, share) => (id === 'shop-1.cpu' && share > 0.4 && share < 0.6 ? null : usual(id))),
    },
    verdict: 'inconclusive',
    because: /figures of the target that were watched went missing/,
    control: { ...day, more: figures(dayMs, usual) },
  },
  {
    what: 'figures of the first and the last moments of an hour only',
    made: { ...anHour, more: figures(hour, (id, share) => (share < 0.02 || share > 0.98 ? usual(id) : null)) },
    verdict: 'inconclusive',
    because: /figures of the target that were watched went missing/,
    control: { ...anHour, more: figures(hour, usual) },
  },
  {
    what: 'figures of the last half of an hour only',
    made: { ...anHour, more: figures(hour, (id, share) => (share > 0.5 ? usual(id) : null)) },
    verdict: 'inconclusive',
    because: /figures of the target that were watched went missing/,
    control: {
      ...anHour,
      more: figures(hour, (id, share) => (id.startsWith('shop-3') && share < 0.5 ? null : usual(id))),
    },
  },
  {
    what: 'a processor that is full all day',
    made: { ...day, more: figures(dayMs, (id) => (id.endsWith('cpu') ? 4 : 200)) },
    verdict: 'fail',
    because: /^(p95|Max) resource utilization is 100 % against 9\d %/i,
    control: { ...day, more: figures(dayMs, (id) => (id.endsWith('cpu') ? 3 : 200)) },
  },
  {
    what: 'a processor that is full for an hour of a day',
    made: {
      ...day,
      more: figures(dayMs, (id, share) => (id.endsWith('cpu') && share > 0.5 && share < 0.54 ? 4 : usual(id))),
    },
    verdict: 'fail',
    because: /^Max resource utilization is 100 % against 98 %/,
    control: {
      ...day,
      more: figures(dayMs, (id, share) => (id.endsWith('cpu') && share > 0.5 && share < 0.54 ? 3.5 : usual(id))),
    },
  },
  {
    what: 'memory that is full for a moment',
    made: {
      ...short,
      more: figures(shortMs, (id, share) => (id === 'shop-1.memory' && share > 0.5 && share < 0.51 ? 511 : usual(id))),
    },
    verdict: 'fail',
    because: /^Max resource utilization is 99\.8 % against 98 %/,
    control: {
      ...short,
      more: figures(shortMs, (id, share) => (id === 'shop-1.memory' && share > 0.5 && share < 0.51 ? 480 : usual(id))),
    },
  },
  {
    what: 'nothing of the target watched',
    made: { ...short, isWatched: false },
    verdict: 'inconclusive',
    because: /resource utilization was not measured: no resource of the target was watched whose limit is known/,
    control: { ...short, more: figures(shortMs, usual, three) },
  },
];
