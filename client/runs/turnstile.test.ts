import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Turnstile } from './turnstile.ts';

const never = (): boolean => false;

describe('a crowd', () => {
  test('passes a few at a time, and everybody gets an answer', async () => {
    const turnstile = new Turnstile();
    let inside = 0;
    let most = 0;
    const act = async (answer: number): Promise<number> => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(1);
      inside -= 1;
      return answer;
    };
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => turnstile.pass('run', () => act(index), never)),
    );
    expect(answers).toEqual(Array.from({ length: 40 }, (_, index) => index));
    expect(most).toBeLessThan(10);
  });

  test('at one run does not hold up another', async () => {
    const turnstile = new Turnstile();
    const stuck = Array.from({ length: 20 }, () => turnstile.pass('run', () => sleep(50), never));
    expect(await turnstile.pass('another', () => Promise.resolve('at once'), never)).toBe('at once');
    await Promise.all(stuck);
  });

  test('does not stand in line before an engine that does not answer', async () => {
    const turnstile = new Turnstile();
    let asked = 0;
    const inVain = async (): Promise<string> => {
      asked += 1;
      await sleep(20);
      throw new Error('nobody answers');
    };
    const ends = await Promise.allSettled(Array.from({ length: 50 }, () => turnstile.pass('run', inVain, () => true)));
    expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(asked);
    expect(asked).toBeLessThan(10);
    expect(await turnstile.pass('run', () => Promise.resolve('again'), never)).toBe('again');
  });
});
