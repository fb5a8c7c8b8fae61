import { appendFileSync, readFileSync } from 'node:fs';
import { type DeploymentRecord, deploymentRecord } from '../events.ts';

/** `reports/deployments.ndjson`: one deployment a line, the newest last. A line that cannot be read is passed over. */
export function readHistory(file: string): DeploymentRecord[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    try {
      return [deploymentRecord.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}

/** Adds a deployment, with the next number. */
export function addToHistory(file: string, record: Omit<DeploymentRecord, 'number'>): DeploymentRecord {
  const number = (readHistory(file).at(-1)?.number ?? 0) + 1;
  const whole = { number, ...record };
  appendFileSync(file, `${JSON.stringify(whole)}\n`);
  return whole;
}
