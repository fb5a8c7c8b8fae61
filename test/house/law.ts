/** What may import what, by the folders of `src/`; a folder may always import itself. */
const mayImport: Record<string, { folders: string[]; packages: string[] | 'any' }> = {
  model: { folders: [], packages: [] },
  // Histogram logs are read where they are decoded.
  stats: { folders: ['model'], packages: ['node:fs', 'node:zlib', 'hdr-histogram-js', 'simple-statistics'] },
  gate: { folders: ['model', 'stats'], packages: [] },
  report: { folders: ['model', 'stats', 'gate'], packages: 'any' },
  // What the configuration says of a domain is checked by that domain's own schema; objectives are changed by their ids.
  config: { folders: ['model', 'stats', 'gate', '*/rules.ts'], packages: 'any' },
  traffic: { folders: ['model', 'stats'], packages: 'any' },
  load: { folders: ['model', 'stats'], packages: 'any' },
  chaos: { folders: ['model', 'stats'], packages: 'any' },
  uat: { folders: ['model', 'stats'], packages: 'any' },
  rehearsal: { folders: ['model', 'stats'], packages: 'any' },
  environment: { folders: ['model', 'stats'], packages: 'any' },
  monitoring: { folders: ['model', 'stats'], packages: 'any' },
  security: { folders: ['model', 'stats'], packages: 'any' },
  promotion: { folders: ['model', 'stats'], packages: 'any' },
  sample: { folders: ['model'], packages: 'any' },
  run: {
    folders: [
      'model',
      'stats',
      'gate',
      'report',
      'config',
      'sample',
      'traffic',
      'load',
      'environment',
      'chaos',
      'uat',
    ].concat(['rehearsal', 'monitoring', 'security', 'promotion']),
    packages: 'any',
  },
  cli: {
    folders: [
      'model',
      'stats',
      'gate',
      'report',
      'config',
      'sample',
      'traffic',
      'load',
      'environment',
      'chaos',
      'uat',
    ].concat(['rehearsal', 'monitoring', 'security', 'promotion', 'run']),
    packages: 'any',
  },
};

/** Files longer than their limit, each with a reason that a reader would accept. */
export const longFiles: Record<string, string> = {};
const sourceLines = 300;
const testLines = 400;

const forbiddenName = /(^|[^a-z])(utils?|helpers?|misc|common|manager)([^a-z]|$)/i;

/**
 * Everything in these files that the house's law forbids, one line each.
 * @param files text by path, from the repository's root: `src/cli/main.ts`
 */
export function violations(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) => [
    ...sizeAndName(path, text),
    ...(path.startsWith('src/') ? [...imports(path, text, files), ...terminal(path, text)] : []),
  ]);
}

function sizeAndName(path: string, text: string): string[] {
  const found: string[] = [];
  const lines = text.split('\n').length - 1;
  const limit = path.startsWith('test/') ? testLines : sourceLines;
  if (lines > limit && longFiles[path] === undefined) found.push(`${path} has ${lines} lines, more than ${limit}`);
  // camelCase is taken apart, so that stringUtils is found and a word such as "consul" is not.
  const name = (path.split('/').at(-1) ?? '').replace(/([a-z])([A-Z])/g, '$1-$2');
  if (forbiddenName.test(name)) found.push(`${path}: a name that says nothing about what is in it`);
  return found;
}

function imports(path: string, text: string, files: ReadonlyMap<string, string>): string[] {
  const [, from = ''] = path.split('/');
  const law = mayImport[from];
  if (law === undefined) return [`${path}: src/${from} is no folder of the house`];
  const found: string[] = [];
  for (const specifier of specifiersOf(text)) {
    if (!specifier.startsWith('.')) {
      const name = specifier.startsWith('node:')
        ? specifier
        : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
      if (law.packages !== 'any' && !law.packages.includes(name))
        found.push(`${path} imports ${name}, ${from} may not`);
      continue;
    }
    const target = joined(path, specifier);
    if (!files.has(target) && !target.endsWith('.json')) found.push(`${path} imports ${specifier}, which is not there`);
    const [root, to = ''] = target.split('/');
    if (root !== 'src') found.push(`${path} imports ${specifier}, outside src`);
    else if (to !== from && !law.folders.includes(to) && !law.folders.includes(`*/${target.split('/').at(-1)}`)) {
      found.push(`${path} imports ${target}, ${from} may not import ${to}`);
    }
  }
  return found;
}

function terminal(path: string, text: string): string[] {
  if (path.startsWith('src/cli/')) return [];
  const used = /\bprocess\s*\.\s*(argv|exit|exitCode|stdout|stderr|stdin)\b/.exec(withoutComments(text));
  return used === null ? [] : [`${path} uses process.${used[1]}, which is for src/cli`];
}

/** What a module imports, exports from or imports dynamically. */
export function specifiersOf(text: string): string[] {
  const code = withoutComments(text);
  const forms = [
    /\b(?:import|export)\b[^'"`;=()]*?\bfrom\s*(['"])(.+?)\1/g,
    /\bimport\s*(['"])(.+?)\1/g,
    /\bimport\s*\(\s*(['"])(.+?)\1/g,
  ];
  return forms.flatMap((form) => [...code.matchAll(form)].map((match) => match[2] ?? ''));
}

/** Comments blanked; text in quotes and templates is kept as it is, `//` of an address included. */
function withoutComments(text: string): string {
  return text.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|(?<![:\\/])\/\/[^\n]*/g,
    (_, quoted: string | undefined) => quoted ?? '',
  );
}

function joined(path: string, specifier: string): string {
  const parts = path.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
