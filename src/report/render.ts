import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { type Mark, markOf } from './chart/marks.ts';
import { svgMarkup } from './svg.ts';
import type { FrameView } from './view/frame.ts';

const templatesFolder = new URL('../../reports/templates/', import.meta.url);
const stylesFile = new URL('../../reports/assets/report.css', import.meta.url);

interface Renderer {
  templates: ReadonlyMap<string, Handlebars.TemplateDelegate>;
  policy: string;
}

function build(): Renderer {
  const handlebars = Handlebars.create();
  handlebars.registerHelper('svg', (drawing: unknown) => new Handlebars.SafeString(svgMarkup(drawing)));
  handlebars.registerHelper('mark', (state: Mark) => new Handlebars.SafeString(svgMarkup(markOf(state))));
  const styles = readFileSync(stylesFile, 'utf8');
  // A partial's text is not escaped: the style sheet is a file of the project, and must stay within its element.
  if (/\{\{|<\//.test(styles)) throw new RangeError('The style sheet must hold neither {{ nor </.');
  handlebars.registerPartial('styles', styles);
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
  // No script, no request: one style sheet, known by its digest, and the page's icon.
  const digest = createHash('sha256').update(styles).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return { templates, policy };
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
