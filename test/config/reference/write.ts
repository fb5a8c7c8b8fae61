import { writeFile } from 'node:fs/promises';
import { generatedFiles } from './generated.ts';

// `npm run reference`: after a change to the schemas of the configuration.
for (const [path, text] of Object.entries(await generatedFiles())) {
  await writeFile(new URL(`../../../${path}`, import.meta.url), text);
}
