import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { type Mark, markOf } from './chart/marks.ts';
import type { FrameView } from './frame.ts';
import { svgMarkup } from './svg.ts';

const templatesFolder = new URL('../../reports/templates/', import.meta.url);
const stylesFile = new URL('../../reports/assets/report.css', import.meta.url);
const formStylesFile = new URL('../../reports/assets/form.css', import.meta.url);

interface Renderer {
  templates: ReadonlyMap<string, Handlebars.TemplateDelegate>;
  policy: string;
  formPolicy: string;
}

function build(): Renderer {
  const handlebars = Handlebars.create();
  handlebars.registerHelper('svg', (drawing: unknown) => new Handlebars.SafeString(svgMarkup(drawing)));
  handlebars.registerHelper('mark', (state: Mark) => new Handlebars.SafeString(svgMarkup(markOf(state))));
  const styles = readFileSync(stylesFile, 'utf8');
  const formStyles = `${styles}${readFileSync(formStylesFile, 'utf8')}`;
  // A partial's text is not escaped: the style sheet is a file of the project, and must stay within its element.
  if (/\{\{|<\//.test(formStyles)) throw new RangeError('The style sheet must hold neither {{ nor </.');
  handlebars.registerPartial('styles', styles);
  handlebars.registerPartial('formStyles', formStyles);
  const templates = new Map<string, Handlebars.TemplateDelegate>();
  for (const file of readdirSync(templatesFolder).sort()) {
    if (!file.endsWith('.hbs')) continue;
    const source = readFileSync(new URL(file, templatesFolder), 'utf8');
    if (/\{\{\{|\{\{~?\s*&/.test(source))
      throw new RangeError(`${file}: only the helpers svg and mark write unescaped.`);
    const template = handlebars.compile(source, {
      strict: true,
      knownHelpersOnly: true,
      knownHelpers: { svg: true, mark: true },
      preventIndent: true,
    });
    const name = file.slice(0, -'.hbs'.length);
    templates.set(name, template);
    handlebars.registerPartial(name, template);
  }
  return {
    templates,
    policy: policyOf(styles, 'none'),
    formPolicy: `${policyOf(formStyles, 'self')}; frame-ancestors 'none'`,
  };
}

/** No script, no request: one style sheet, known by its digest, and the page's icon. */
function policyOf(styles: string, formAction: 'none' | 'self'): string {
  const digest = createHash('sha256').update(styles).digest('base64');
  return `default-src 'none'; style-src 'sha256-${digest}'; img-src data:; base-uri 'none'; form-action '${formAction}'`;
}

let renderer: Renderer | undefined;

/**
 * Renders `reports/templates/<name>.hbs` to a page that needs nothing beside itself. Every text of the view is escaped; a
 * field that the template names and the view lacks is an error. `page` is for the frame.
 */
export function renderPage<V extends { page: FrameView }>(name: string, view: V): string {
  renderer ??= build();
  const template = renderer.templates.get(name);
  if (template === undefined) throw new RangeError(`No template ${name}.hbs.`);
  return template(
    { ...view, policy: renderer.policy },
    { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false },
  );
}

/**
 * Renders a page of its own, outside of the frame of reports, and the policy to serve it with: as that of a report, but for a form that is sent to
 * where the page came from.
 */
export function renderAlone(name: string, view: object): { html: string; policy: string } {
  renderer ??= build();
  const template = renderer.templates.get(name);
  if (template === undefined) throw new RangeError(`No template ${name}.hbs.`);
  const html = template(view, { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false });
  return { html, policy: renderer.formPolicy };
}
