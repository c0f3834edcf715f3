import { expect, test } from 'vitest';
import { formatServiceRef, serviceRef } from './resource-ref.ts';

test('a resource is named with its service, and the name comes apart again', () => {
  expect(serviceRef('jira-cloud/issues-db')).toEqual({ service: 'jira-cloud', resource: 'issues-db' });
  expect(formatServiceRef(serviceRef('jira-cloud/issues-db'))).toBe('jira-cloud/issues-db');
});

test.each(['', 'jira-cloud', 'jira-cloud/', '/issues-db', 'a/b/c', 'Jira/issues', 'a /b'])(
  '"%s" names none, and the error shows how to',
  (text) => {
    expect(() => serviceRef(text)).toThrow('for example jira-cloud/issues-db');
  },
);
