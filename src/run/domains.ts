import { browsers } from '../domains/browsers/domain.ts';
import { capacity } from '../domains/capacity/domain.ts';
import { chaos } from '../domains/chaos/domain.ts';
import { compliance } from '../domains/compliance/domain.ts';
import { data } from '../domains/data/domain.ts';
import type { Domain } from '../domains/domain.ts';
import { final } from '../domains/final/domain.ts';
import { functional } from '../domains/functional/domain.ts';
import { integration } from '../domains/integration/domain.ts';
import { journeys } from '../domains/journeys/domain.ts';
import { load } from '../domains/load/domain.ts';
import { monitoring } from '../domains/monitoring/domain.ts';
import { notifications } from '../domains/notifications/domain.ts';
import { parity } from '../domains/parity/domain.ts';
import { promotion } from '../domains/promotion/domain.ts';
import { readiness } from '../domains/readiness/domain.ts';
import { regression } from '../domains/regression/domain.ts';
import { rehearsal } from '../domains/rehearsal/domain.ts';
import { security } from '../domains/security/domain.ts';
import { stage } from '../domains/stage/domain.ts';
import { traffic } from '../domains/traffic/domain.ts';
import { uat } from '../domains/uat/domain.ts';

/** Every part of Shakedown, in the order in which reports show them. A new one is a folder and a line here. */
export const domains: readonly Domain[] = [
  stage,
  load,
  monitoring,
  traffic,
  uat,
  capacity,
  chaos,
  journeys,
  browsers,
  rehearsal,
  parity,
  data,
  functional,
  integration,
  regression,
  security,
  final,
  compliance,
  readiness,
  promotion,
  notifications,
];
