import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Tests run the sources as they are; a clone runs what was compiled of them, and the package what was built, in the same folders. */
const runsSources = import.meta.url.endsWith('.ts');
const compiled = '/.compiled/';
const runsCompiled = new URL('..', import.meta.url).pathname.endsWith(compiled);

/** Node's options under which `shakedown/uat` means the modules of this clone; none in the package. */
export const sourceConditions: readonly string[] = runsSources
  ? ['--conditions=shakedown-sources']
  : runsCompiled
    ? ['--conditions=shakedown-compiled']
    : [];

/**
 * A folder of our own sources, for who looks at what they say: in a clone they are the same whether it runs them or what was compiled of them.
 * @param path relative to `from`
 * @param from `import.meta.url` of the module that names it
 */
export function ownSources(path: string, from: string): string {
  const folder = fileURLToPath(new URL(path, from));
  const at = runsCompiled ? folder.lastIndexOf(compiled) : -1;
  return at === -1 ? folder : `${folder.slice(0, at)}/src/${folder.slice(at + compiled.length)}`;
}

/**
 * The file of one of our own modules, for who loads it by its path.
 * @param source as in the sources: `./reporter.ts`
 * @param from `import.meta.url` of the module that names it
 */
export function ownModule(source: string, from: string): string {
  return fileURLToPath(new URL(runsSources ? source : source.replace(/\.ts$/, '.js'), from));
}

/** Arguments with which Node runs one of our own modules as a program; see `ownModule`. */
export function ownProgram(source: string, from: string): string[] {
  const loader = runsSources ? ['--import', import.meta.resolve('tsx/esm')] : [];
  return [...loader, ownModule(source, from)];
}

/** One of our own modules as the program of a thread of this process; see `ownModule`. */
export function ownThread(source: string, from: string): URL {
  const file = pathToFileURL(ownModule(source, from));
  if (!runsSources) return file;
  // Node 20 does not load the first module of a thread with what `--import` registers.
  const code = `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))};
register();
await import(${JSON.stringify(file.href)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** Of Shakedown, as its package has it. */
export function ownVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
