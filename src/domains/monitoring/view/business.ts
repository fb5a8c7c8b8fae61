import type { FeedbackResult } from '../../../model/feedback.ts';
import type { JourneysResult } from '../../../model/journeys.ts';
import type { Results } from '../../../model/results.ts';
import { count, percent, plainNumber, plural } from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import type { Fact } from '../../../report-kit/verdict.ts';

/** What the business had of the system while it was up: conversion, use of features, satisfaction. What nobody counted is said to be not counted. */
export function businessFacts({ sections: { journeys, uat } }: Results): Fact[] {
  return [
    { name: 'Conversion, of what production had', value: conversion(journeys) },
    { name: 'Features used, of what was to be', value: features(journeys) },
    { name: 'Satisfaction', value: satisfaction(uat?.feedback) },
  ];
}

/** The journey that kept the least of its conversions: the others are on the page of journeys. */
function conversion(journeys: JourneysResult | undefined): string {
  const shares = (journeys?.journeys ?? []).flatMap(({ name, steps }) => {
    const last = steps.at(-1);
    return last === undefined || last.due === 0 ? [] : [{ name, due: last.due, done: last.done }];
  });
  return least(shares, 'journey') ?? 'not counted';
}

function features(journeys: JourneysResult | undefined): string {
  return least(journeys?.features.filter(({ due }) => due > 0) ?? [], 'feature') ?? 'not counted';
}

function least(all: readonly { name: string; due: number; done: number }[], word: string): string | null {
  const [worst, ...others] = [...all].sort((one, other) => one.done / one.due - other.done / other.due);
  if (worst === undefined) return null;
  const shown = `${percent((100 * worst.done) / worst.due)} (${shortened(worst.name, 40)}, ${plural(worst.due, 'session')})`;
  return others.length === 0 ? shown : `${shown}, the least of ${plural(all.length, word)}`;
}

function satisfaction(feedback: FeedbackResult | undefined): string {
  const { mean, answers } = feedback?.all ?? { mean: null, answers: 0 };
  if (feedback === undefined || mean === null) return 'nobody was asked';
  return `${plainNumber(mean, 2)} on ${feedback.scale.replace('-', ' to ')}, of ${count(answers)} answers`;
}
