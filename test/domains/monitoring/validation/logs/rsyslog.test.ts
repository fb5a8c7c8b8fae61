import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rsyslogd, startRsyslog } from '../../../../log-backends/rsyslog.ts';
import { lookAt } from './look-at.ts';

const title = rsyslogd === undefined ? 'rsyslog (needs Debian’s package rsyslog)' : 'rsyslog';

describe.skipIf(rsyslogd === undefined)(title, () => {
  it.each(['tcp', 'udp'] as const)('finds what it writes to a file, sent over %s', async (transport) => {
    const rsyslog = await startRsyslog((folder) => `action(type="omfile" file="${join(folder, 'all.log')}")`);
    try {
      const files = [join(rsyslog.folder, 'all.log')];
      const { said } = await lookAt([
        {
          ...{ kind: 'file', name: 'all', files, withinS: 20, lateS: [7200], instances: ['app-1'] },
          ...{ shapes: [{ durationMs: 1.5 }], marker: { by: 'syslog', address: rsyslog.address, transport } },
        },
      ]);
      expect(said('marker.all')).toMatch(/^pass: 5 lines were found/);
      expect(said('shapes.all')).toBe('pass: All 1 were found.');
      expect(said('late.all')).toBe('pass: All 1 were found.');
      // Times are those of the lines, not those of the head that rsyslog writes before them.
      expect(said('clock.all')).toMatch(/^pass/);
      expect(said('fields.all')).toMatch(/^pass/);
      expect(said('instances.all')).toBe('pass: Lines of all 1 are there.');
      expect(readFileSync(files[0] ?? '', 'utf8').split('\n').length).toBe(8);
    } finally {
      await rsyslog.stop();
    }
  });

  it('misses what a rule drops', async () => {
    const rules = (folder: string) =>
      `if $msg contains "durationMs" then stop
       action(type="omfile" file="${join(folder, 'all.log')}")`;
    const rsyslog = await startRsyslog(rules);
    try {
      const { said } = await lookAt([
        {
          ...{ kind: 'file', name: 'all', files: [join(rsyslog.folder, 'all.log')], withinS: 3 },
          ...{ shapes: [{ durationMs: 1.5 }], marker: { by: 'syslog', address: rsyslog.address, transport: 'tcp' } },
        },
      ]);
      expect(said('marker.all')).toMatch(/^pass: 5 lines were found/);
      expect(said('shapes.all')).toBe(
        'fail: 1 of 1 is lost, first a line with durationMs: it is not there after 3.0 s.',
      );
    } finally {
      await rsyslog.stop();
    }
  });
});
