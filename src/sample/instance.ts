// One process of the shop.
import { serveInstance } from './serve-instance.ts';
import { runChild } from './supervisor/lifeline.ts';

runChild(serveInstance);
