import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { type Mark, markOf } from './chart/marks.ts';
import type { FrameView } from './frame.ts';
import { svgMarkup } from './svg.ts';

const templatesFolder = new URL('../../reports/templates/', import.meta.url);
const stylesFile = new URL('../../reports/assets/report.css', import.meta.url);
const formStylesFile = new URL('../../reports/assets/form.css', import.meta.url);

type Template = Handlebars.TemplateDelegate;

interface Renderer {
  handlebars: typeof Handlebars;
  /** By the name in `reports/templates`, or by the address of a template from elsewhere. */
  templates: Map<string, Template>;
  policy: string;
  formPolicy: string;
}

/** A part of a page that `renderPart` made: the only markup beside drawings that a page takes over as it is. */
export interface Part {
  readonly html: string;
}

const made = new WeakSet<object>();
const closed = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false };

function build(): Renderer {
  const handlebars = Handlebars.create();
  handlebars.registerHelper('svg', (drawing: unknown) => new Handlebars.SafeString(svgMarkup(drawing)));
  handlebars.registerHelper('mark', (state: Mark) => new Handlebars.SafeString(svgMarkup(markOf(state))));
  handlebars.registerHelper('part', (part: unknown) => new Handlebars.SafeString(partMarkup(part)));
  const styles = readFileSync(stylesFile, 'utf8');
  const formStyles = `${styles}${readFileSync(formStylesFile, 'utf8')}`;
  // A partial's text is not escaped: the style sheet is a file of the project, and must stay within its element.
  if (/\{\{|<\//.test(formStyles)) throw new RangeError('The style sheet must hold neither {{ nor </.');
  handlebars.registerPartial('styles', styles);
  handlebars.registerPartial('formStyles', formStyles);
  const templates = new Map<string, Template>();
  for (const file of readdirSync(templatesFolder).sort()) {
    if (!file.endsWith('.hbs')) continue;
    const template = compiled(handlebars, new URL(file, templatesFolder));
    const name = file.slice(0, -'.hbs'.length);
    templates.set(name, template);
    handlebars.registerPartial(name, template);
  }
  return {
    handlebars,
    templates,
    policy: policyOf(styles, 'none'),
    formPolicy: `${policyOf(formStyles, 'self')}; frame-ancestors 'none'`,
  };
}

/** @throws RangeError where a template would write anything unescaped but through the helpers */
function compiled(handlebars: typeof Handlebars, file: URL): Template {
  const source = readFileSync(file, 'utf8');
  if (/\{\{\{|\{\{~?\s*&/.test(source))
    throw new RangeError(`${file.pathname}: only the helpers svg and mark write unescaped.`);
  return handlebars.compile(source, {
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: { svg: true, mark: true, part: true },
    preventIndent: true,
  });
}

/** No script, no request: one style sheet, known by its digest, and the page's icon. */
function policyOf(styles: string, formAction: 'none' | 'self'): string {
  const digest = createHash('sha256').update(styles).digest('base64');
  return `default-src 'none'; style-src 'sha256-${digest}'; img-src data:; base-uri 'none'; form-action '${formAction}'`;
}

let renderer: Renderer | undefined;

function templateOf(name: string | URL): Template {
  renderer ??= build();
  const key = String(name);
  const known = renderer.templates.get(key);
  if (known !== undefined) return known;
  if (typeof name === 'string') throw new RangeError(`No template ${name}.hbs.`);
  const template = compiled(renderer.handlebars, name);
  renderer.templates.set(key, template);
  return template;
}

function partMarkup(part: unknown): string {
  if (typeof part !== 'object' || part === null || !made.has(part))
    throw new RangeError('Only what renderPart() made may go into a page as it is.');
  return (part as Part).html;
}

/**
 * Renders a part of a page. Every text of the view is escaped; a field that the template names and the view lacks is an error.
 * @param template its name in `reports/templates`, or where it is: then the same rules hold for it
 */
export function renderPart(template: string | URL, view: object): Part {
  const part = Object.freeze({ html: templateOf(template)(view, closed).replace(/\n$/, '') });
  made.add(part);
  return part;
}

/** Renders `reports/templates/<name>.hbs` to a page that needs nothing beside itself, as `renderPart` does. `page` is for the frame. */
export function renderPage<V extends { page: FrameView }>(name: string, view: V): string {
  const template = templateOf(name);
  return template({ ...view, policy: renderer?.policy }, closed);
}

/**
 * Renders a page of its own, outside of the frame of reports, and the policy to serve it with: as that of a report, but for a form that is sent to
 * where the page came from.
 */
export function renderAlone(name: string, view: object): { html: string; policy: string } {
  const html = templateOf(name)(view, closed);
  return { html, policy: renderer?.formPolicy ?? '' };
}
