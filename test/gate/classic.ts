import { metrics as loadMetrics } from '../../src/domains/load/judging/metrics.ts';
import { defaultObjectives } from '../../src/domains/load/judging/objectives.ts';
import { metrics as monitoringMetrics } from '../../src/domains/monitoring/metrics.ts';
import { objectives as monitoringObjectives } from '../../src/domains/monitoring/objectives.ts';
import type { Metric } from '../../src/gate/metric.ts';
import { Metrics } from '../../src/gate/metrics.ts';
import type { Objective } from '../../src/model/verdict.ts';

export const metrics = new Metrics([...loadMetrics, ...monitoringMetrics] as readonly Metric[]);

const ids = [
  ...['response-p50', 'response-p95', 'response-p99', 'throughput', 'error-rate'],
  ...['availability', 'stable-time', 'coverage', 'fidelity', 'status-parity', 'invalid-windows'],
];
const all = [...defaultObjectives, ...monitoringObjectives];

/** A few default objectives of every gate that a load has: what the rules of gates are shown by. */
export const classic: readonly Objective[] = ids.flatMap((id) => all.filter((objective) => objective.id === id));
