import { createHash } from 'node:crypto';
import type { ScenarioInfo, UatSkip } from '../../model/uat.ts';

const annotationType = 'shakedown.scenario';
/** How a test says that its pages are not to be checked. */
export const checksOffAnnotation = 'shakedown.checks-off';
/** Name of the attachment that carries what was seen from a worker to the reporter. */
export const observationName = 'shakedown.observation';
/** Name of the attachments that are evidence. */
export const lastStepName = 'shakedown.last-step';

/** How a test names its scenario to the reporter. */
export function scenarioAnnotation(info: Omit<ScenarioInfo, 'file' | 'line'>): { type: string; description: string } {
  return { type: annotationType, description: JSON.stringify(info) };
}

/** The scenario of a test; of one recorded or written without `scenario`, what is known of it. */
export function scenarioOf(test: {
  title: string;
  annotations: { type: string; description?: string }[];
  tags: string[];
  file: string;
  line: number;
  /** Of the `describe` blocks that it is in, from without. */
  groups: readonly string[];
}): ScenarioInfo {
  const { file, line, groups, title } = test;
  const annotated = test.annotations.find(({ type }) => type === annotationType)?.description;
  if (annotated !== undefined) return { ...(JSON.parse(annotated) as Omit<ScenarioInfo, 'file' | 'line'>), file, line };
  const tags = test.tags.map((tag) => tag.replace(/^@/, ''));
  const whole = [...groups, title].join(' › ');
  return { id: idOf(file, whole), title: whole, requirement: '', role: '', priority: 'should', tags, file, line };
}

const longestId = 60;

/** The same for the same test of the same file, and no other has it: where letters alone do not tell it from another, a digest of its title is part of it. */
function idOf(file: string, title: string): string {
  const plain = `${file.replace(/\.uat\.\w+$/, '')}-${title.replaceAll(' › ', '-')}`.replace(/[^\w.-]+/g, '-');
  if (plain.length <= longestId && /^[\w. ›]*$/.test(title)) return plain;
  const digest = createHash('sha256').update(`${file}\0${title}`).digest('hex').slice(0, 8);
  return `${plain.slice(0, longestId - digest.length - 1)}-${digest}`;
}

/** What a test is skipped with that is not meant for the browser or size at hand. Said so by a test of your own, it counts as its choice too. */
export const notMeant = 'not meant for this browser or size';

/** Why a skipped test was not run, from its annotations. */
export function skipOf(annotations: readonly { type: string; description?: string }[]): UatSkip {
  const own = annotations.find(({ type }) => type === 'skip' || type === 'fixme');
  if (own === undefined) return { reason: 'what it depends on, a hook or an earlier test, failed', isChoice: false };
  const said = own.description ?? '';
  if (own.type === 'skip' && said.startsWith(notMeant)) return { reason: said, isChoice: true };
  const word = own.type === 'fixme' ? 'marked as to be fixed (test.fixme)' : 'skipped by its test (test.skip)';
  return { reason: `${word}${said === '' ? ', without a reason' : `: “${said.slice(0, 200)}”`}`, isChoice: false };
}
