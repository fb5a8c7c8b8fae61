import { ofEvidence } from './evidence.ts';
import { ofLoad } from './load.ts';
import { ofOwn } from './own.ts';
import { tryAll } from './try-all.ts';

tryAll([...ofLoad, ...ofEvidence, ...ofOwn]);
