#!/usr/bin/env node
// Registers the TypeScript loader, so that the sources run as they are, from a clone and from node_modules alike.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
