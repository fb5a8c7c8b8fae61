import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { type Mark, markOf, pageIcon } from '../../report-kit/chart/marks.ts';
import { svgMarkup } from '../../report-kit/svg.ts';
import { shortened, visible } from '../../report-kit/text.ts';
import type { PanelView } from '../progress.ts';
import { fieldOf } from './message.ts';
import type { LiveRun } from './state.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const longestName = 60;

const states = ['pass', 'fail', 'inconclusive'] as const;

/** Every place of the page for a figure; `key` is that of the message's tile, `field` and `all` of its fields. */
const tiles = [
  { key: 'rate', title: 'Rate', field: 'rate', all: 'planned' },
  { key: 'p95', title: 'Response p95', field: 'p95', all: 'p95all' },
  { key: 'p99', title: 'Response p99', field: 'p99', all: 'p99all' },
  { key: 'errors', title: 'Errors so far', field: 'errors', all: 'errorsall' },
  { key: 'p50', title: 'Response p50', field: 'p50', all: 'p50all' },
  { key: 'late', title: 'Generator late, p99', field: 'late', all: null },
  { key: 'invalid', title: 'Invalid windows', field: 'invalid', all: 'windows' },
  { key: 'requests', title: 'Requests', field: 'requests', all: 'requestsall' },
];

/** Beside the domains' figures. */
const facts = [
  { title: 'Elapsed', field: 'elapsed' },
  { title: 'Left', field: 'left' },
  { title: 'Now', field: 'phase' },
  { title: 'Engine', field: 'engine' },
  { title: 'Disk left', field: 'disk' },
  { title: 'Started', field: 'started' },
];

function panelFacts(panels: readonly PanelView[]): { title: string; field: string }[] {
  return panels.flatMap(({ id, figures }) => figures.map(({ name }) => ({ title: name, field: fieldOf(id, name) })));
}

/**
 * The dashboard's page, which needs nothing beside itself but `/events` and `/drawing` of its own server.
 * @returns the page, and the content security policy to serve it with: one style sheet and one script, known by their digests
 */
export function dashboardPage(run: LiveRun, panels: readonly PanelView[]): { html: string; policy: string } {
  const styles = `${read('../../../reports/assets/report.css')}${read('page/dashboard.css')}`;
  const script = read('page/dashboard.js');
  if (/\{\{/.test(styles + script) || /<\//.test(styles) || /<\/script|<!--/i.test(script))
    throw new RangeError('Styles and script must stay within their elements.');
  const handlebars = Handlebars.create();
  handlebars.registerHelper('mark', (state: Mark) => new Handlebars.SafeString(svgMarkup(markOf(state))));
  handlebars.registerPartial('styles', styles);
  handlebars.registerPartial('script', script);
  const page = handlebars.compile(read('page/dashboard.hbs'), {
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: { mark: true },
    preventIndent: true,
  });
  const html = page({
    candidate: visible(shortened(`${run.name} ${run.version}`.trim(), longestName)),
    environment: visible(shortened(run.environment, longestName)),
    tiles,
    facts: [...facts.slice(0, 3), ...panelFacts(panels), ...facts.slice(3)],
    states: states.map((state) => ({ state, icon: pageIcon(state) })),
    icon: pageIcon('not run'),
  });
  const policy = [
    "default-src 'none'",
    `style-src ${digest(styles)}`,
    `script-src ${digest(script)}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { html, policy };
}
