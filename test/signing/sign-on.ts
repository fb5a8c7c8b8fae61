import { sign } from './keys.ts';

// Signs again and again until it is killed.
const [folder = '', key = ''] = process.argv.slice(2);
process.stdout.write('begun\n');
for (;;) await sign(folder, { key });
