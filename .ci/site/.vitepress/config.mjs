// The documents as a site: `npm run docs:site`. Plain Markdown stays the source, so nothing here changes what a page says.
import { cpSync, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Files and folders that pages link to and that are no pages: they go with the site, so that a copy of it needs no network. */
const linked = new Set();

/** Groups of pages, as docs/README.md has them: a table for each. */
function groups() {
  const tables = readFileSync(join(root, 'docs/README.md'), 'utf8')
    .split(/\n(?=\| [^[|\n]+ \| \|\n)/)
    .slice(1);
  return tables.map((table) => ({
    text: /^\| ([^|]+) \|/.exec(table)?.[1] ?? '',
    collapsed: false,
    items: [...table.matchAll(/\[([^\]]+)\]\(([^)#]+\.md)/g)].map(([, text, to]) => ({
      text,
      link: `/${normalize(join('docs', to))
        .replace(/(^|\/)README\.md$/, '$1')
        .replace(/\.md$/, '')}`,
    })),
  }));
}

export default {
  title: 'Shakedown',
  description: 'May this release go to production?',
  srcDir: '../..',
  outDir: '../../dist-site',
  cacheDir: '../../node_modules/.cache/site',
  srcExclude: ['**/node_modules/**', '{src,test,load,uat,chaos,reports,dist,dist-site,bin,coverage}/**'],
  rewrites: { 'README.md': 'index.md', ':rest(.*)/README.md': ':rest/index.md' },
  cleanUrls: false,
  // A link that leads nowhere ends the build; the files below are none of its pages, and are looked for there.
  ignoreDeadLinks: [(url) => [...linked].some((path) => path.endsWith(url.replace(/^(\.\.?\/)+/, '')))],
  // Pages hold such braces as they are, and nothing that is to be filled in.
  vue: { template: { compilerOptions: { delimiters: ['\u0001{', '}\u0001'] } } },
  markdown: {
    config(md) {
      md.core.ruler.push('linked', ({ tokens, env }) => {
        for (const token of tokens)
          if (token.type === 'html_block')
            token.content = token.content.replace(/ (src|srcset)="(?![./]|\w+:)/g, ' $1="./');
        for (const { children } of tokens)
          for (const token of children ?? []) {
            const to = token.attrGet('href') ?? token.attrGet('src') ?? '';
            if (to === '' || /^[a-z]+:|^#/.test(to) || /\.md(#|$)/.test(to)) continue;
            const path = normalize(join(dirname(relative(root, env.realPath ?? env.path)), to.split('#')[0]));
            if (existsSync(join(root, path))) linked.add(path);
            else throw new Error(`${env.path} links to ${to}, which is not there`);
          }
      });
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Documents', link: '/docs/' },
      { text: 'Commands', link: '/docs/commands' },
      { text: 'Configuration', link: '/docs/configuration' },
    ],
    sidebar: groups(),
    outline: [2, 3],
  },
  buildEnd({ outDir }) {
    for (const path of linked) {
      cpSync(join(root, path), join(outDir, path), { recursive: statSync(join(root, path)).isDirectory() });
    }
  },
};
