import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { pageIcon } from '../../../report-kit/chart/marks.ts';
import type { DashboardParts } from './parts.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const states = ['pass', 'fail', 'inconclusive'] as const;

/**
 * Makes the page, whole as it is now: it can be read without its script, which only asks for what is new.
 * @returns what makes it, and the content security policy to serve it with: one style sheet and one script, known by their digests
 */
export function dashboardPage(environment: string): { html(now: DashboardParts): string; policy: string } {
  const styles = `${read('../../../../reports/assets/report.css')}${read('page/page.css')}`;
  const script = read('page/page.js');
  if (/\{\{/.test(styles + script) || /<\//.test(styles) || /<\/script|<!--/i.test(script))
    throw new RangeError('Styles and script must stay within their elements.');
  const handlebars = Handlebars.create();
  handlebars.registerPartial('styles', styles);
  handlebars.registerPartial('script', script);
  // Made by renderPart(), in which every text is escaped.
  handlebars.registerHelper('part', function part(this: { parts: DashboardParts['parts'] }, name: string) {
    return new Handlebars.SafeString(this.parts[name] ?? '');
  });
  const page = handlebars.compile(read('page/page.hbs'), { strict: true, preventIndent: true });
  return {
    html: (now) =>
      page({
        ...now,
        environment,
        icon: pageIcon(now.state),
        states: states.map((state) => ({ state, icon: pageIcon(state) })),
      }),
    policy: [
      "default-src 'none'",
      `style-src ${digest(styles)}`,
      `script-src ${digest(script)}`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  };
}
