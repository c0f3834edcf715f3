import { describe, expect, test } from 'vitest';
import { compareSettings } from './go-live-diff.ts';

const source = {
  'backup-retention-days': '14',
  'deletion-protection': 'yes',
  'instance-class': 'db.r6g.large',
  'parameter-groups': 'issues-16',
  'parameter-apply-status': 'in-sync',
  'security-groups': 'sg-prod',
  'multi-az': 'yes',
  'availability-zone': 'eu-central-1a',
  'pending-changes': 'none',
};

describe('the go-live diff', () => {
  test('is empty for a copy that equals its source', () => {
    expect(compareSettings(source, source)).toEqual([]);
  });

  test('marks what the drill asked for as intended, with what a real recovery has to do', () => {
    const copy = {
      ...source,
      'backup-retention-days': '0',
      'deletion-protection': 'no',
      'security-groups': 'sg-drill',
      'multi-az': 'no',
    };
    const differences = compareSettings(source, copy);
    expect(differences.map((one) => [one.setting, one.kind])).toEqual([
      ['backup-retention-days', 'intended'],
      ['deletion-protection', 'intended'],
      ['multi-az', 'intended'],
      ['security-groups', 'intended'],
    ]);
    expect(differences[0]?.remedy).toContain('14 days');
    expect(differences[3]?.remedy).toContain('sg-prod');
  });

  test('shows a lost parameter group as something that would be wrong, before what is intended', () => {
    const differences = compareSettings(source, {
      ...source,
      'backup-retention-days': '0',
      'parameter-groups': 'default.postgres16',
    });
    expect(differences.map((one) => one.setting)).toEqual(['parameter-groups', 'backup-retention-days']);
    expect(differences[0]).toMatchObject({ kind: 'would-be-wrong', source: 'issues-16', copy: 'default.postgres16' });
  });

  test('does not call a retention intended that the drill did not ask for', () => {
    expect(compareSettings(source, { ...source, 'backup-retention-days': '1' })[0]?.kind).toBe('would-be-wrong');
  });

  test('says that a parameter group is not in effect until a reboot, though source and copy name the same group', () => {
    const differences = compareSettings(source, { ...source, 'parameter-apply-status': 'pending-reboot' });
    expect(differences).toHaveLength(1);
    expect(differences[0]?.remedy).toMatch(/^Reboot it/);
  });

  test('does not complain of another availability zone, nor of what is pending on the source', () => {
    expect(
      compareSettings(
        { ...source, 'pending-changes': 'DBInstanceClass' },
        { ...source, 'availability-zone': 'eu-central-1b' },
      ),
    ).toEqual([]);
  });

  test('shows a setting that it does not know, and one that only one side has', () => {
    const differences = compareSettings({ ...source, 'quantum-mode': 'on' }, source);
    expect(differences).toEqual([
      {
        setting: 'quantum-mode',
        source: 'on',
        copy: 'none',
        kind: 'would-be-wrong',
        remedy: 'Set it as on the source: on.',
      },
    ]);
  });
});
