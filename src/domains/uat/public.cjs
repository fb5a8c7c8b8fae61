// As public.mjs, for projects whose files are CommonJS. The loader is taken away again: the project's own files are not its business.
const unregister = require('tsx/cjs/api').register();
try {
  module.exports = require('./public.ts');
} finally {
  unregister();
}
