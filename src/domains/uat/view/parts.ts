import type { ScenarioInfo } from '../../../model/uat.ts';
import { shortened } from '../../../report-kit/text.ts';

export interface Part {
  /** `part-1`: the style sheet knows eight of them. */
  name: string;
  text: string;
}

const mostParts = 8;

/**
 * What the list of scenarios can be narrowed to without any script: the scenarios of one role, or of one file where all are of one role.
 * @returns the parts, none where there is nothing to choose, and to which each scenario belongs
 */
export function partsOf(infos: readonly ScenarioInfo[]): { parts: Part[]; partOf(info: ScenarioInfo): string } {
  const byRole = new Set(infos.map(({ role }) => role)).size > 1;
  const nameOf = ({ role, file }: ScenarioInfo) => (byRole ? role || 'no role' : file);
  const names = [...new Set(infos.map(nameOf))].sort();
  if (names.length < 2) return { parts: [], partOf: () => '' };
  const shown = names.length <= mostParts ? names : [...names.slice(0, mostParts - 1), 'all others'];
  const at = (info: ScenarioInfo) => Math.min(names.indexOf(nameOf(info)), shown.length - 1);
  return {
    parts: shown.map((text, index) => ({ name: `part-${index + 1}`, text: shortened(text, 60) })),
    partOf: (info) => `part-${at(info) + 1}`,
  };
}
