import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, isMap, LineCounter, parseAllDocuments } from 'yaml';
import { ShakedownError } from '../../../../../model/error.ts';
import type { Remark, RuleFile, RuleFormat, RuleGroup, Slo } from '../model.ts';
import { type At, child, items, remark, table, textAt } from './document.ts';
import { readGrafana } from './grafana.ts';
import { readGroups } from './groups.ts';
import { readOpenSlo, readSloth } from './sloth.ts';

const largestBytes = 20_000_000;

/**
 * Reads rules from files and folders of YAML, each by its own format.
 * @param name how a file is called in findings, from its path
 * @throws ShakedownError RULES_NOT_FOUND where a path is not there
 */
export async function readRules(paths: readonly string[], name = (path: string) => path): Promise<RuleFile[]> {
  const files = (await Promise.all(paths.map(yamlFiles))).flat();
  return Promise.all(
    (await withoutTwins(files, paths)).map(async (file) => {
      const about = await stat(file).catch((error: NodeJS.ErrnoException) => error);
      if (about instanceof Error)
        return unread(
          name(file),
          `It cannot be read (${about.code}).`,
          'Mend it, or take it out of `monitoring.rules`.',
        );
      // A pipe would be waited for without end.
      if (!about.isFile()) return unread(name(file), 'It is no file.', 'Take it out of `monitoring.rules`.');
      const { size } = about;
      if (size > largestBytes)
        return unread(
          name(file),
          `It has ${size} bytes, more than ${largestBytes}.`,
          'Take it out of `monitoring.rules`.',
        );
      return readRuleText(await readFile(file, 'utf8'), name(file));
    }),
  );
}

/** Each file once, by whatever name it is there: a mounted ConfigMap has links to its files. A link to a folder around it is followed to no end. */
async function withoutTwins(files: readonly string[], named: readonly string[]): Promise<string[]> {
  const placeOf = (file: string) =>
    realpath(file).catch(({ code }: NodeJS.ErrnoException) =>
      code === 'ELOOP' && !named.includes(file) ? null : file,
    );
  const all = await Promise.all(files.map(placeOf));
  const places = all.map((place) => place ?? all.find((one) => one !== null));
  return files.filter((_, index) => places.indexOf(places[index]) === index);
}

/** The YAML files at a path, with those in its folders, sorted. */
export async function yamlFiles(path: string): Promise<string[]> {
  const about = await stat(path).catch(() => null);
  if (about === null)
    throw new ShakedownError('RULES_NOT_FOUND', `There is no ${path}.`, {
      hint: 'Correct `monitoring.rules` and `monitoring.ruleTests`.',
    });
  if (!about.isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  return (
    names
      // Kubernetes keeps what a ConfigMap held before in folders named `..2026_11_20_…`.
      .filter((one) => /\.(ya?ml|json|rules)$/.test(one) && !/(^|\/)(node_modules|\.\.[^/]*)\//.test(one))
      .sort()
      .map((one) => join(path, one))
  );
}

/** Reads what may be one document or many, as Helm writes them. */
export function readRuleText(source: string, file: string): RuleFile {
  const template = templateLine(source);
  if (template !== null) {
    const what = 'This is a template of Helm that is not rendered.';
    return unread(file, what, 'Give what `helm template` writes.', template);
  }
  const lines = new LineCounter();
  const remarks: Remark[] = [];
  const formats = new Set<RuleFormat>();
  const groups: RuleGroup[] = [];
  const slos: Slo[] = [];
  const documents = parseAllDocuments(source, { lineCounter: lines, merge: true }) as Document[];
  for (const document of documents) {
    const at: At = { node: document.contents, document, file, lines, remarks };
    const [error] = document.errors;
    if (error !== undefined) {
      const line = lines.linePos(error.pos[0]).line;
      const what = `It is no YAML: ${error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '')}.`;
      remarks.push({ place: { file, line }, what, todo: 'Mend it: nothing of it can be loaded.', kind: 'error' });
      continue;
    }
    readDocument(at, { formats, groups, slos });
  }
  if (formats.size === 0 && remarks.length === 0) {
    const what = 'It has no rules in a form that is known.';
    const todo = 'Known are rule files, PrometheusRule, Helm output, Grafana’s provisioning, Sloth and OpenSLO.';
    remarks.push({ place: { file, line: 1 }, what, todo, kind: 'gap' });
  }
  return { file, formats: [...formats], groups, slos, remarks };
}

interface Into {
  readonly formats: Set<RuleFormat>;
  readonly groups: RuleGroup[];
  readonly slos: Slo[];
}

function readDocument(at: At, into: Into): void {
  if (!isMap(at.node)) return;
  const kind = textAt(at, 'kind');
  const version = textAt(at, 'apiVersion') ?? '';
  if (kind === 'List') {
    for (const item of items(child(at, 'items'))) readDocument(item, into);
  } else if (kind === 'PrometheusRule' && version.startsWith('monitoring.coreos.com/')) {
    into.formats.add('PrometheusRule');
    into.groups.push(...readGroups(child(at, 'spec') ?? at));
  } else if (kind === 'PrometheusServiceLevel' || textAt(at, 'version')?.startsWith('prometheus/v') === true) {
    into.formats.add('Sloth');
    into.slos.push(...readSloth(at));
  } else if (version.startsWith('openslo/')) {
    into.formats.add('OpenSLO');
    if (kind === 'SLO') into.slos.push(...readOpenSlo(at));
    else remark(at, 'gap', `OpenSLO’s ${kind} is not read.`, 'Give the rules that are generated from it.');
  } else if (kind === 'ConfigMap') {
    readConfigMap(at, into);
  } else if (isGrafana(at)) {
    into.formats.add('Grafana');
    into.groups.push(...readGrafana(at));
  } else if (kind === null && child(at, 'groups') !== null) {
    into.formats.add('Prometheus');
    into.groups.push(...readGroups(at));
  }
  // Other resources of a chart, such as its Deployment, are none of ours.
}

/** As a Prometheus without an operator has its rules in a cluster: files in a ConfigMap. */
function readConfigMap(at: At, into: Into): void {
  for (const [key, text] of Object.entries(table(child(at, 'data')).values)) {
    if (!/^groups:/m.test(text)) continue;
    const { formats, groups, slos, remarks } = readRuleText(text, `${at.file} (${key})`);
    for (const format of formats) into.formats.add(format);
    into.groups.push(...groups);
    into.slos.push(...slos);
    at.remarks.push(...remarks);
  }
}

function isGrafana(at: At): boolean {
  const [rule] = items(child(at, 'groups')).flatMap((group) => items(child(group, 'rules')));
  return textAt(at, 'apiVersion') === '1' || (rule !== undefined && child(rule, 'data') !== null);
}

/** Line of what only an unrendered template has; Prometheus' own templates have other words. */
function templateLine(source: string): number | null {
  const found =
    /\{\{-?\s*(?:[^}]*\.(?:Values|Release|Chart|Capabilities)\.|include\s+")|^\{\{-?\s*(?:if|range|with|end|define)\b/m.exec(
      source,
    );
  return found === null ? null : source.slice(0, found.index).split('\n').length;
}

function unread(file: string, what: string, todo: string, line = 1): RuleFile {
  return { file, formats: [], groups: [], slos: [], remarks: [{ place: { file, line }, what, todo, kind: 'gap' }] };
}
