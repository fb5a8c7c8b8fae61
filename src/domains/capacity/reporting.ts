import type { Reporting } from '../domain.ts';
import { capacityView } from './view/capacity.ts';

export const reporting: Reporting = {
  blocks: [{ page: 'performance.html', place: 'lead', template: 'capacity', view: capacityView }],
  highlights: ({ objectives, sections: { capacity } }) => {
    if (capacity === undefined) return [];
    const judged = objectives.find(({ objective }) => objective.metric === 'capacity');
    return [{ verdict: judged?.verdict ?? 'not run', title: 'Capacity', lines: [capacity.sentence], isAnswer: true }];
  },
  details: ({ sections: { capacity } }, { objective }) =>
    objective.metric === 'capacity' && capacity !== undefined ? [capacity.sentence] : [],
};
