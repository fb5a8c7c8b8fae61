/**
 * What may import what, by the rooms of `src/`. A room may always import itself. Rooms above the domains know a domain by its declaration
 * (`domain.ts`) and what it offers to others (`public.ts`); a domain knows another by its `public.ts` only.
 */
const ground = ['model', 'stats', 'gate', 'evidence', 'report-kit', 'environment', 'signing'];
const rooms: Record<string, { rooms: readonly string[]; packages: readonly string[] | 'any' }> = {
  model: { rooms: [], packages: ['zod'] },
  // Histogram logs are read where they are decoded.
  stats: { rooms: ['model'], packages: ['node:fs', 'node:zlib', 'simple-statistics'] },
  gate: { rooms: ['model', 'stats'], packages: [] },
  evidence: { rooms: ['model'], packages: 'any' },
  'report-kit': { rooms: ['model', 'stats', 'gate'], packages: 'any' },
  // Programs come into its cache whole.
  environment: { rooms: ['model', 'evidence'], packages: 'any' },
  signing: { rooms: ['model', 'evidence', 'environment'], packages: 'any' },
  sample: { rooms: ['model', 'evidence', 'environment'], packages: 'any' },
  domains: { rooms: ground, packages: 'any' },
  config: { rooms: [...ground, 'domains'], packages: 'any' },
  // What the package promises to others.
  exports: { rooms: ['config', 'domains'], packages: [] },
  report: { rooms: [...ground, 'domains'], packages: 'any' },
  run: { rooms: [...ground, 'sample', 'domains', 'config', 'report'], packages: 'any' },
  cli: { rooms: [...ground, 'sample', 'domains', 'config', 'report', 'run'], packages: 'any' },
};

/** Files longer than their limit, each with a reason that a reader would accept. */
export const longFiles: Record<string, string> = {
  'src/config/user-config.ts': 'made from the schemas of the configuration',
};
const sourceLines = 300;
const testLines = 400;

const forbiddenName = /(^|[^a-z])(utils?|helpers?|misc|common|manager)([^a-z]|$)/i;

/**
 * Everything in these files that the house's law forbids, one line each.
 * @param files text by path, from the repository's root: `src/cli/main.ts`
 */
export function violations(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) => [
    ...sizeAndName(path, text, files),
    ...(path.startsWith('src/') ? [...imports(path, text, files), ...terminal(path, text)] : []),
  ]);
}

function sizeAndName(path: string, text: string, files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const lines = text.split('\n').length - 1;
  const limit = path.startsWith('test/') ? testLines : sourceLines;
  if (lines > limit && longFiles[path] === undefined) found.push(`${path} has ${lines} lines, more than ${limit}`);
  const name = path.split('/').at(-1) ?? '';
  if (/[A-Z]/.test(name)) found.push(`${path}: file names are in kebab-case`);
  // camelCase is taken apart, so that stringUtils is found and a word such as "consul" is not.
  if (forbiddenName.test(name.replace(/([a-z])([A-Z])/g, '$1-$2')))
    found.push(`${path}: a name that says nothing about what is in it`);
  if (/^src\/.*\.ts$/.test(path) && files.has(`${path.slice(0, -3)}/${name}`))
    found.push(`${path}: a folder beside it has the same name`);
  return found;
}

function imports(path: string, text: string, files: ReadonlyMap<string, string>): string[] {
  const [, from = ''] = path.split('/');
  const law = rooms[from];
  if (law === undefined) return [`${path}: src/${from} is no room of the house`];
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
    else if (to !== from && !law.rooms.includes(to)) {
      found.push(`${path} imports ${target}, ${from} may not import ${to}`);
    } else if (!mayEnter(path, target)) found.push(`${path} imports ${target}, the inside of another domain`);
  }
  return found;
}

/** Whether a file may import another for what domains they are of. */
function mayEnter(path: string, target: string): boolean {
  const to = domainOf(target);
  if (to === null || to === domainOf(path)) return true;
  const file = target.split('/').slice(3).join('/');
  return file === 'public.ts' || (file === 'domain.ts' && !path.startsWith('src/domains/'));
}

/** Its domain; null for files that are of none, such as the contract `src/domains/domain.ts`. */
function domainOf(path: string): string | null {
  const [, room, domain, ...rest] = path.split('/');
  return room === 'domains' && rest.length > 0 ? (domain ?? null) : null;
}

/** Circles: files that import each other, directly or not, type imports included; one line each, by the files in them. */
export function circles(files: ReadonlyMap<string, string>): string[] {
  return loops(graphOf(files, (path) => path));
}

/** Folders that import each other, directly or not. A folder and those within it are one where the outer one holds nothing but what joins them. */
export function foldersInCircle(files: ReadonlyMap<string, string>): string[] {
  const graph = graphOf(files, (path) => path.slice(0, path.lastIndexOf('/')));
  const pairs: string[] = [];
  for (const [from, targets] of graph) {
    for (const to of targets) {
      if (from < to && graph.get(to)?.has(from) && !isWithin(from, to) && !isWithin(to, from))
        pairs.push(`${from} and ${to}`);
    }
  }
  return pairs.sort();
}

function isWithin(inner: string, outer: string): boolean {
  return inner.startsWith(`${outer}/`);
}

function graphOf(files: ReadonlyMap<string, string>, nodeOf: (path: string) => string): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const [path, text] of files) {
    if (!path.startsWith('src/')) continue;
    const from = nodeOf(path);
    const targets = graph.get(from) ?? new Set();
    graph.set(from, targets);
    for (const specifier of specifiersOf(text)) {
      const target = specifier.startsWith('.') ? joined(path, specifier) : '';
      if (files.has(target) && nodeOf(target) !== from) targets.add(nodeOf(target));
    }
  }
  return graph;
}

/** Strongly connected components of more than one node (Tarjan 1972). */
function loops(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[] = [];
  const visit = (node: string): number => {
    const own = order.size;
    order.set(node, own);
    lowest.set(node, own);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) lowest.set(node, Math.min(lowest.get(node) ?? own, visit(next)));
      else if (stack.includes(next)) lowest.set(node, Math.min(lowest.get(node) ?? own, order.get(next) ?? own));
    }
    if (lowest.get(node) === own) {
      const members = stack.splice(stack.indexOf(node));
      if (members.length > 1) found.push(members.sort().join(' ↔ '));
    }
    return lowest.get(node) ?? own;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found.sort();
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
