import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { documents } from './written.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { default: site } = (await import('../../.ci/site/.vitepress/config.mjs' as string)) as {
  default: { themeConfig: { sidebar: { text: string; items: { text: string; link: string }[] }[] } };
};

test('the sidebar of the site has the pages of docs/, in the groups of docs/README.md', () => {
  const { sidebar } = site.themeConfig;
  expect(sidebar.map(({ text }) => text)).toContain('to begin');
  const links = sidebar.flatMap(({ items }) => items.map(({ link }) => link));
  const fileOf = (link: string) => (link.endsWith('/') ? `${link}README.md` : `${link}.md`).slice(1);
  expect(links.map(fileOf).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const pages = documents().filter((path) => /^docs\/[\w-]+\.md$/.test(path) && path !== 'docs/README.md');
  expect(pages.filter((path) => !links.map(fileOf).includes(path))).toEqual([]);
});
