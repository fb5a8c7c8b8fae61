import { Cases } from '../results/cases.ts';
import { walkXml } from '../results/xml.ts';
import { type CoveredFile, fileIn, hit, type ReadCoverage } from './files.ts';

/** Cobertura's XML, as coverage.py, coverlet, PHPUnit and istanbul write it too. Lines of methods stand among those of their class as well. */
export function readCobertura(text: string): ReadCoverage {
  const files = new Map<string, CoveredFile>();
  const out = new Cases();
  const stated: { valid: number | null; covered: number | null } = { valid: null, covered: null };
  const sources: string[] = [];
  let file: CoveredFile | null = null;
  let isCobertura = false;
  walkXml(text, out, {
    open({ name, attributes }) {
      if (name === 'coverage') {
        isCobertura = true;
        stated.valid = figure(attributes['lines-valid']);
        stated.covered = figure(attributes['lines-covered']);
      }
      if (name === 'class') file = fileIn(files, attributes.filename ?? '');
      const [number, hits] = [Number(attributes.number), Number(attributes.hits)];
      if (name === 'line' && file !== null && number > 0 && hits >= 0) hit(file, number, hits);
    },
    close({ name, text: found }) {
      if (name === 'class') file = null;
      if (name === 'source') sources.push(found.trim());
    },
  });
  const faults = [...out.result(null).faults];
  if (!isCobertura) faults.push('It is neither lcov nor Cobertura.');
  const all = [...files.values()].flatMap(({ lines }) => [...lines.values()]);
  if (stated.valid !== null && stated.valid !== 0 && Math.abs(stated.valid - all.length) > all.length / 50)
    faults.push(`It says ${stated.valid} lines and has ${all.length}.`);
  // Where there is one source folder, paths are of it.
  const [root] = sources;
  if (root === undefined || sources.length > 1 || !root.startsWith('/')) return { files, faults };
  return {
    files: new Map(
      [...files].map(([path, one]) => [path, { ...one, path: path.startsWith('/') ? path : `${root}/${path}` }]),
    ),
    faults,
  };
}

function figure(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
