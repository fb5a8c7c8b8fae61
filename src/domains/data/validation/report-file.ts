import { join } from 'node:path';

/** Where the report of a copy stands in the evidence of a part. */
export const reportFile = (folder: string): string => join(folder, 'data-anonymization.json');
