import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'src');
// Beside `src`, as `dist` is: what is addressed by `import.meta.url` lies where it lies in the sources.
const folder = join(root, '.compiled');
const stampFile = join(folder, 'stamp');
const lock = join(root, '.compiled.lock');

const waitMs = 60_000;
const againMs = 50;

/**
 * Compiles the sources of a clone, one module for one module, where they have changed since they were compiled last: a process that loads them as they
 * are works three times as long before it begins.
 * @returns the folder of the modules; null: it could not be done, so load the sources as they are
 */
export async function compiledSources() {
  try {
    const files = filesIn(sources);
    const wanted = { compiler: compilerStamp(), sources: stampOf(files) };
    for (const until = Date.now() + waitMs; Date.now() < until; await sleep(againMs)) {
      if (isDeepStrictEqual(stampOfFolder(), wanted)) return folder;
      if (!takeLock()) continue;
      try {
        // Another may have done it between the look and the lock.
        if (!isDeepStrictEqual(stampOfFolder(), wanted)) await compile(files, wanted);
        return folder;
      } finally {
        rmSync(lock, { recursive: true, force: true });
      }
    }
  } catch {
    // A folder that cannot be written, or a compiler that is not installed.
  }
  return null;
}

function filesIn(base) {
  const all = [];
  for (const entry of readdirSync(base, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeMs } = statSync(path);
    all.push({ path: path.slice(base.length + 1), size, mtimeMs });
  }
  return all;
}

/** Of what compiles: where that changes, all is compiled anew. */
function compilerStamp() {
  const hash = createHash('sha256');
  for (const path of [fileURLToPath(import.meta.url), join(root, 'package-lock.json')]) hash.update(readFileSync(path));
  return hash.digest('hex');
}

function stampOf(files) {
  const hash = createHash('sha256');
  for (const { path, size, mtimeMs } of files) hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  return hash.digest('hex');
}

/** Empty: nothing whole is there. */
function stampOfFolder() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

/** A lock that is older than the wait for it was left by a process that was killed. */
function takeLock() {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    try {
      if (Date.now() - statSync(lock).mtimeMs > waitMs) rmSync(lock, { recursive: true, force: true });
    } catch {
      // It was released meanwhile.
    }
    return false;
  }
}

async function compile(files, wanted) {
  const { transformSync } = await import('rolldown/utils');
  // Written over, not taken away first: a run that is under way still loads from here.
  const isSameCompiler = stampOfFolder().compiler === wanted.compiler;
  rmSync(stampFile, { force: true });
  const kept = new Set(['stamp']);
  for (const { path, mtimeMs } of files) {
    const isCode = path.endsWith('.ts');
    const to = isCode ? path.replace(/\.ts$/, '.js') : path;
    kept.add(to);
    const target = join(folder, to);
    if (isSameCompiler && isAsOld(target, mtimeMs)) continue;
    mkdirSync(dirname(target), { recursive: true });
    const part = `${target}.part`;
    if (isCode) writeFileSync(part, codeOf(path, transformSync));
    else copyFileSync(join(sources, path), part);
    utimesSync(part, mtimeMs / 1000, mtimeMs / 1000);
    renameSync(part, target);
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !kept.has(path.slice(folder.length + 1))) rmSync(path);
  }
  // Until it is there nothing is taken for whole.
  writeFileSync(`${stampFile}.part`, JSON.stringify(wanted));
  renameSync(`${stampFile}.part`, stampFile);
}

function isAsOld(path, mtimeMs) {
  return existsSync(path) && Math.abs(statSync(path).mtimeMs - mtimeMs) < 1;
}

// What the compiler takes from a package that is not installed, where a template has `</script>` in it.
const helperImport = 'import _taggedTemplateLiteral from "@oxc-project/runtime/helpers/taggedTemplateLiteral";';
const helper =
  'const _taggedTemplateLiteral = (cooked, raw = cooked.slice()) => Object.freeze(Object.defineProperty(cooked, "raw", { value: Object.freeze(raw) }));';

function codeOf(path, transformSync) {
  const compiled = transformSync(path, readFileSync(join(sources, path), 'utf8'), {
    // As it stands: nothing in it is newer than the oldest Node that runs it.
    target: 'esnext',
    sourceType: 'module',
    typescript: { rewriteImportExtensions: 'rewrite', onlyRemoveTypeImports: true },
  });
  if (compiled.errors.length > 0) throw compiled.errors[0];
  const code = compiled.code.replace(helperImport, helper);
  if (code.includes('@oxc-project/runtime')) throw new Error(`${path} needs a helper that is not there.`);
  return code;
}
