import { has } from '../../promql/label-sets.ts';
import { possibleLabels } from '../../promql/labels.ts';
import { absentCalls } from '../../promql/questions.ts';
import { type Finding, finding } from '../finding.ts';
import { type Known, labelsOfRecorded, type ParsedRule } from '../parsed.ts';
import { openText, outcomesOf, refusedComparisons } from '../template-texts.ts';

/** Functions of Go's templates and those that Prometheus adds, up to 3.x. */
const functions = new Set(
  (
    'and or not len index slice print printf println html js urlquery call eq ne lt le gt ge query first label value sortByLabel strvalue args tmpl ' +
    'safeHtml title toUpper toLower match reReplaceAll stripPort stripDomain tableLink graphLink parseDuration externalURL pathPrefix humanize ' +
    'humanize1024 humanizeDuration humanizePercentage humanizeTimestamp toTime toDuration now urlQueryEscape'
  ).split(' '),
);
const words = new Set('if else end range with define template block break continue nil true false'.split(' '));
const variables = new Set(['labels', 'value', 'externalLabels', 'externalURL']);

/** Labels and annotations: that they are there, that what they name is there. */
export function checkTexts({ rule, expression }: ParsedRule, known: Known): Finding[] {
  if (rule.kind !== 'alert') return [];
  const findings = required({ rule, expression }, known);
  const labels = possibleLabels(expression, labelsOfRecorded(known));
  for (const [where, table] of [
    ['labels', rule.labels],
    ['annotations', rule.annotations],
  ] as const) {
    for (const [name, text] of Object.entries(table)) {
      const key = `${where}.${name}`;
      const add = (kind: Finding['kind'], what: string, todo: string) =>
        findings.push(finding(kind, 'template', rule, key, what, todo));
      const actions = [...text.matchAll(/\{\{-?(.*?)-?\}\}/gs)].map(([, inner = '']) => inner);
      const source = actions.join(' ; ');
      for (const unknown of unknownNames(actions))
        add('wrong', `The template of ${name} uses ${unknown}, which Prometheus does not know.`, 'Correct the name.');
      const guarded = new Set(labelsIn(actions.filter((one) => /^\s*(else\s+)?(if|with)\b/.test(one)).join(' ; ')));
      for (const label of new Set(labelsIn(source))) {
        if (guarded.has(label) || label === '__name__' || has(labels, label)) continue;
        const what = `The ${where === 'labels' ? 'label' : 'annotation'} ${name} shows the label ${label}, which the expression drops: it is always empty.`;
        add('wrong', what, `Keep it, as in \`by (${label})\`, or take it out of the text.`);
      }
      for (const one of refusedComparisons(text)) {
        const shown = `${where === 'labels' ? 'label' : 'annotation'} ${name}`;
        add(
          'wrong',
          `\`${one}\` compares a number with decimals with a whole one, which Go's templates refuse: the ${shown} becomes an error.`,
          `Write it with decimals: \`${one}.0\`.`,
        );
      }
      const outcomes = outcomesOf(text);
      const isOpen = !outcomes.isWhole || outcomes.texts.some((one) => one.includes(openText));
      if (where === 'labels' && isOpen && /\$value|\.Value\b|\|\s*value\b/.test(source)) {
        const never = rule.forMs > 0 ? ' With `for` it may never fire, since each value begins anew.' : '';
        add(
          'review',
          `The label ${name} has the value in it, so each value is an alert of its own.${never}`,
          'Put it into an annotation.',
        );
      }
    }
  }
  return findings;
}

function required({ rule, expression }: ParsedRule, { requiredLabels, requiredAnnotations }: Known): Finding[] {
  const findings: Finding[] = [];
  const labels = possibleLabels(expression);
  for (const label of requiredLabels) {
    const text = rule.labels[label] ?? '';
    if (text.trim() !== '') {
      // Of a text with branches, one may leave nothing.
      if (!outcomesOf(text).texts.some((one) => one.trim() === '')) continue;
      const what = `The label ${label} of ${rule.name} can become empty, by the branches of its template.`;
      findings.push(finding('review', 'required', rule, `labels.${label}`, what, 'Add an `else` with a text.'));
      continue;
    }
    // The series may bring it.
    const mayHave = has(labels, label) && rule.labels[label] === undefined && labels.kind === 'only';
    if (mayHave) continue;
    const what = `${rule.name} has no label ${label}.`;
    findings.push(finding('wrong', 'required', rule, 'labels', what, `Add \`${label}\` to its labels.`));
  }
  for (const name of requiredAnnotations) {
    const text = rule.annotations[name]?.trim() ?? '';
    if (text === '') {
      const what = `${rule.name} has no annotation ${name}.`;
      findings.push(finding('wrong', 'required', rule, 'annotations', what, `Add \`${name}\` to its annotations.`));
    } else if (outcomesOf(text).texts.some((one) => one.trim() === '')) {
      const what = `The annotation ${name} of ${rule.name} can become empty, by the branches of its template.`;
      findings.push(finding('review', 'required', rule, `annotations.${name}`, what, 'Add an `else` with a text.'));
    } else if (/runbook.*url|_url$/i.test(name) && !/^https?:\/\/\S+\.?\S*$/.test(text) && !text.includes('{{')) {
      const what = `${name} of ${rule.name} is no address that can be opened: \`${text.slice(0, 60)}\`.`;
      findings.push(finding('review', 'required', rule, `annotations.${name}`, what, 'Give a URL with `https://`.'));
    }
  }
  return findings;
}

/** Labels of the alert that a text names. Within `range`, `with` and results of `query`, the dot is something else. */
function labelsIn(source: string): string[] {
  const own = /\b(range|with|query)\b/.test(source)
    ? String.raw`\$labels`
    : String.raw`(?:\$labels|(?<![\w)])\.Labels)`;
  const plain = [...source.matchAll(new RegExp(`${own}\\.([a-zA-Z_]\\w*)`, 'g'))].map(([, name = '']) => name);
  const indexed = [...source.matchAll(new RegExp(`index\\s+${own}\\s+"([^"]*)"`, 'g'))].map(([, name = '']) => name);
  return [...plain, ...indexed];
}

function unknownNames(actions: readonly string[]): string[] {
  const defined = new Set(
    actions.flatMap((one) => [...one.matchAll(/\$(\w+)\s*(?:,\s*\$(\w+)\s*)?:=/g)].flatMap((found) => found.slice(1))),
  );
  const unknown = new Set<string>();
  for (const action of actions) {
    const bareText = action.replace(/"(\\.|[^"\\])*"|`[^`]*`|\/\*.*?\*\//gs, ' ');
    for (const [, name = ''] of bareText.matchAll(/\$(\w+)/g)) {
      if (!variables.has(name) && !defined.has(name)) unknown.add(`\`$${name}\``);
    }
    for (const [, name = ''] of bareText.matchAll(/(?<![\w.$])([a-zA-Z_]\w*)/g)) {
      if (!functions.has(name) && !words.has(name)) unknown.add(`\`${name}\``);
    }
  }
  return [...unknown];
}

/** `absent` without `for` fires while Prometheus starts, before its first scrape. */
export function checkAbsence({ rule, expression }: ParsedRule, { scrape }: Known): Finding[] {
  if (rule.kind !== 'alert' || rule.forMs >= 2 * scrape.otherMs) return [];
  if (!absentCalls(expression).some(({ name }) => name === 'absent')) return [];
  const what = `${rule.name} asks for absence with \`for\` shorter than two scrapes: it fires after each start of Prometheus.`;
  return [finding('review', 'absent', rule, 'for', what, 'Give it a `for` of two scrapes or more.')];
}
