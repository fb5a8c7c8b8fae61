import type { ScenarioInfo } from '../../model/uat.ts';

const annotationType = 'shakedown.scenario';
/** Name of the attachment that carries what was seen from a worker to the reporter. */
export const observationName = 'shakedown.observation';
/** Name of the attachments that are evidence. */
export const lastStepName = 'shakedown.last-step';

/** How a test names its scenario to the reporter. */
export function scenarioAnnotation(info: Omit<ScenarioInfo, 'file'>): { type: string; description: string } {
  return { type: annotationType, description: JSON.stringify(info) };
}

/** The scenario of a test; of one recorded or written without `scenario`, what is known of it. */
export function scenarioOf(test: {
  title: string;
  annotations: { type: string; description?: string }[];
  tags: string[];
  file: string;
}): ScenarioInfo {
  const { file } = test;
  const told = test.annotations.find(({ type }) => type === annotationType)?.description;
  if (told !== undefined) return { ...(JSON.parse(told) as Omit<ScenarioInfo, 'file'>), file };
  const name = file.replace(/\.uat\.\w+$/, '');
  const id = `${name}-${test.title}`.replace(/[^\w.-]+/g, '-').slice(0, 60);
  const tags = test.tags.map((tag) => tag.replace(/^@/, ''));
  return { id, title: test.title, requirement: '', role: '', priority: 'should', tags, file };
}
