import { expect, test } from 'vitest';
import { Reopenings } from './reopenings.ts';

const hourMs = 3_600_000;

test('a ticket is opened again five times within a day, and once more when the first of them is a day ago', () => {
  const before = new Reopenings();
  for (const hour of [0, 1, 2, 3, 4]) {
    expect(before.tooMany(hour * hourMs)).toBeUndefined();
    before.opened(hour * hourMs);
  }
  const after = new Reopenings(before.state);
  expect(after.tooMany(23 * hourMs)).toBe(5);
  expect(after.tooMany(24 * hourMs)).toBeUndefined();
  after.opened(24 * hourMs);
  expect(after.tooMany(24 * hourMs + 1)).toBe(5);
});
