import { parseAllDocuments } from 'yaml';
import { readBounded } from '../../evidence/bounded-file.ts';
import { ShakedownError } from '../../model/error.ts';
import { importArgo } from './argo.ts';
import { type Imported, listOf, tableOf } from './imported.ts';
import { importK6 } from './k6.ts';
import { importKeptn } from './keptn.ts';
import { importOpenSlo, importSloth } from './slo.ts';

type Document = Readonly<Record<string, unknown>>;

/**
 * Objectives that other tools' files ask for, recognised by what is in them: thresholds of k6's options (JSON), Keptn's SLO with its SLI, OpenSLO,
 * Sloth, and Argo Rollouts' AnalysisTemplate.
 * @param paths absolute
 * @throws ShakedownError OBJECTIVES_IMPORT for a file that cannot be read, or is none of these
 */
export async function readObjectives(paths: readonly string[]): Promise<Imported> {
  const files = await Promise.all(paths.map(async (path) => ({ path, documents: await documentsOf(path) })));
  const all = files.flatMap(({ documents }) => documents);
  const indicators = Object.assign({}, ...all.map((one) => tableOf(one.indicators)));
  const parts: Imported[] = [];
  for (const { path, documents } of files) {
    const read = documents.map((one) => converted(one, indicators));
    if (documents.every((one, i) => read[i] === null && !isOpenSlo(one) && one.indicators === undefined))
      throw new ShakedownError('OBJECTIVES_IMPORT', `${path} holds no objectives of a known form.`, {
        hint: 'Name thresholds of k6 as JSON, a Keptn SLO, OpenSLO, Sloth, or an AnalysisTemplate of Argo Rollouts.',
      });
    parts.push(...read.filter((one) => one !== null));
  }
  if (all.some(isOpenSlo)) parts.push(importOpenSlo(all.filter(isOpenSlo)));
  return joined(parts);
}

/** An id that several files have is taken from the first. */
function joined(parts: readonly Imported[]): Imported {
  const all: Imported = { objectives: {}, notes: parts.flatMap(({ notes }) => notes) };
  for (const [id, objective] of parts.flatMap(({ objectives }) => Object.entries(objectives))) {
    if (all.objectives[id] === undefined) all.objectives[id] = objective;
    else all.notes.push(`${id} is there more than once; only the first is converted.`);
  }
  return all;
}

function isOpenSlo({ apiVersion }: Document): boolean {
  return typeof apiVersion === 'string' && apiVersion.startsWith('openslo/v1');
}

function converted(one: Document, indicators: Document): Imported | null {
  const k6 = one.thresholds === undefined ? tableOf(one.options) : one;
  if (k6.thresholds !== undefined) return importK6(k6);
  if (one.kind === 'AnalysisTemplate' || one.kind === 'ClusterAnalysisTemplate') return importArgo(one);
  if (one.kind === 'PrometheusServiceLevel') return importSloth(tableOf(one.spec));
  if (String(one.version).startsWith('prometheus/v1')) return importSloth(one);
  return listOf(one.objectives).some((entry) => tableOf(entry).sli !== undefined) ? importKeptn(one, indicators) : null;
}

const mostBytes = 16 * 1024 * 1024;

async function documentsOf(path: string): Promise<Document[]> {
  const fail = (why: string, cause?: unknown) =>
    new ShakedownError('OBJECTIVES_IMPORT', `${path} cannot be read: ${why}.`, {
      hint: 'Name a YAML or JSON file.',
      cause,
    });
  const text = await readBounded(path, mostBytes).catch((cause: Error) => {
    throw fail(cause.message, cause);
  });
  const documents = parseAllDocuments(text.toString('utf8'));
  if (!Array.isArray(documents)) throw fail('it is empty');
  return documents.map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw fail(error.message.split('\n', 1)[0] ?? 'it is no YAML', error);
    return tableOf(document.toJS());
  });
}
