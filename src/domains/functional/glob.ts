import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const mostFiles = 20_000;
const mostEntries = 200_000;

/** Whether a path fits a pattern: `*` within a name, `**` over folders, `?` one sign, `{a,b}` one of these. */
export function matcher(pattern: string): (path: string) => boolean {
  const source = pattern
    .replaceAll('\\', '/')
    .replace(/^\.\//, '')
    .split(/(\*\*\/?|\*|\?|\{[^{}]*\})/)
    .map((part) => {
      if (part === '**/') return '(?:[^/]+/)*';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      if (part === '?') return '[^/]';
      if (/^\{.*\}$/.test(part)) return `(?:${part.slice(1, -1).split(',').map(quoted).join('|')})`;
      return quoted(part);
    })
    .join('');
  const expression = new RegExp(`^${source}$`);
  return (path) => expression.test(path);
}

/** Whether a text fits a pattern in which only `*` means something: any part. */
export function textMatcher(pattern: string): (text: string) => boolean {
  const expression = new RegExp(`^${pattern.split('*').map(quoted).join('.*')}$`, 's');
  return (text) => expression.test(text);
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The folder that all paths of a pattern are in. */
function fixedFolder(pattern: string): string {
  const parts = pattern.split('/');
  const at = parts.findIndex((part) => /[*?{]/.test(part));
  return parts.slice(0, at < 0 ? parts.length - 1 : at).join('/');
}

/**
 * Files that a pattern fits, by their paths from a folder, in order. Links to folders are not followed, and dependencies are not looked into unless
 * the pattern names their folder.
 */
export async function filesMatching(folder: string, pattern: string): Promise<string[]> {
  const plain = pattern.replaceAll('\\', '/').replace(/^\.\//, '');
  const isAbsolute = plain.startsWith('/');
  const root = isAbsolute ? '/' : folder;
  const wanted = isAbsolute ? plain.slice(1) : plain;
  const fits = matcher(wanted);
  const found: string[] = [];
  if (!/[*?{]/.test(wanted)) {
    const isFile = await stat(join(root, wanted)).then(
      (entry) => entry.isFile(),
      () => false,
    );
    return isFile ? [isAbsolute ? plain : wanted] : [];
  }
  let entries = 0;
  const look = async (path: string): Promise<void> => {
    const inside = await readdir(join(root, path), { withFileTypes: true }).catch(() => []);
    for (const entry of inside.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      entries += 1;
      if (entries > mostEntries || found.length >= mostFiles) return;
      const name = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        const isForeign = entry.name === 'node_modules' || entry.name === '.git';
        if (!isForeign && wanted.includes('**')) await look(name);
        else if (!isForeign && wanted.split('/').length > name.split('/').length) await look(name);
      } else if (entry.isFile() && fits(name)) found.push(isAbsolute ? `/${name}` : name);
    }
  };
  await look(fixedFolder(wanted));
  return found;
}
