import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { derivePassword } from '../copy-password.ts';
import { addAwsCalls, collectAwsCalls } from './call-recorder.ts';
import { cidrsOverlap } from './cidr.ts';
import { meaningOfStatus } from './instance-status.ts';
import { classPerHourUsd, estimateDrill } from './prices.ts';
import { createTokenBucket } from './token-bucket.ts';

describe('instance statuses', () => {
  test.each([
    ['available', 'connectable'],
    ['backing-up', 'connectable'],
    ['storage-optimization', 'connectable'],
    ['configuring-something-new', 'connectable'],
    ['creating', 'working'],
    ['modifying', 'working'],
    ['rebooting', 'working'],
    ['a-status-of-next-year', 'working'],
    ['failed', 'bad'],
    ['incompatible-network', 'bad'],
    ['incompatible-option-group', 'bad'],
    ['incompatible-of-next-year', 'bad'],
    ['inaccessible-encryption-credentials', 'bad'],
    ['insufficient-capacity', 'bad'],
    ['storage-full', 'bad'],
    ['deleting', 'bad'],
    ['stopped', 'bad'],
    ['toString', 'working'],
  ])('%s is %s', (status, state) => {
    expect(meaningOfStatus(status).state).toBe(state);
  });
});

describe('the password of a copy', () => {
  const secret = 'a drill secret of more than 32 characters';

  test('is the same for the same run and secret, and another for any other', () => {
    expect(derivePassword(secret, 'run-1')).toBe(derivePassword(secret, 'run-1'));
    expect(derivePassword(secret, 'run-1')).not.toBe(derivePassword(secret, 'run-2'));
    expect(derivePassword(secret, 'run-1')).not.toBe(derivePassword(`${secret}!`, 'run-1'));
  });

  test('is always 40 letters and digits, whatever the run is called', () => {
    fc.assert(fc.property(fc.string(), (runId) => /^[A-Za-z0-9]{40}$/.test(derivePassword(secret, runId))));
  });

  test('is refused for a short secret, which is not repeated', () => {
    expect(() => derivePassword('short', 'run-1')).toThrow(
      expect.objectContaining({ code: 'drill-secret-too-short', message: expect.not.stringContaining('"short"') }),
    );
  });
});

describe('address ranges', () => {
  test.each([
    ['10.0.0.0/8', '10.99.1.0/24', true],
    ['10.99.1.0/24', '10.0.0.0/8', true],
    ['0.0.0.0/0', '10.99.1.0/24', true],
    ['10.98.0.0/16', '10.99.1.0/24', false],
    ['10.99.1.128/25', '10.99.1.0/25', false],
    ['::/0', '10.99.1.0/24', false],
    ['2001:db8::/32', '2001:db8:1::/48', true],
    ['nonsense', '10.99.1.0/24', true],
  ])('%s and %s overlap: %s', (one, other, overlap) => {
    expect(cidrsOverlap(one, other)).toBe(overlap);
  });
});

describe('the estimate', () => {
  test('grows with the class and knows its sizes', () => {
    expect(classPerHourUsd('db.r6g.4xlarge')).toBeCloseTo((classPerHourUsd('db.r6g.large') ?? 0) * 8);
    expect(classPerHourUsd('db.t3.micro')).toBe(0.018);
    expect(classPerHourUsd('db.z9.large')).toBeUndefined();
  });

  test('says that a price is not known, instead of zero', () => {
    expect(
      estimateDrill({ region: 'us-east-1', instanceClass: 'db.z9.large', allocatedStorageGb: 100, storageType: 'gp3' })
        .costUsd,
    ).toBeUndefined();
  });

  test('is dearer outside the base Regions', () => {
    const copy = { instanceClass: 'db.r6g.4xlarge', allocatedStorageGb: 1000, storageType: 'io1', iops: 10_000 };
    expect(estimateDrill({ ...copy, region: 'eu-central-1' }).costUsd ?? 0).toBeGreaterThan(
      estimateDrill({ ...copy, region: 'us-east-1' }).costUsd ?? 0,
    );
  });
});

describe('the token bucket', () => {
  /** A clock that sleeping moves. */
  function bucketWithClock(perSecond: number, burst: number) {
    let atMs = 0;
    const bucket = createTokenBucket({
      perSecond,
      burst,
      nowMs: () => atMs,
      sleepMs: (ms) => Promise.resolve(void (atMs += ms)),
    });
    return { bucket, atMs: () => atMs };
  }

  test('lets a burst through at once and the rest at its rate', async () => {
    const { bucket, atMs } = bucketWithClock(10, 5);
    for (let call = 0; call < 5; call += 1) await bucket.take();
    expect(atMs()).toBe(0);
    for (let call = 0; call < 10; call += 1) await bucket.take();
    expect(atMs()).toBeGreaterThanOrEqual(1_000);
    expect(atMs()).toBeLessThan(1_100);
  });

  test('pauses after a throttling, longer each time, and recovers', async () => {
    const { bucket, atMs } = bucketWithClock(10, 5);
    bucket.slowDown();
    await bucket.take();
    const first = atMs();
    bucket.slowDown();
    await bucket.take();
    const second = atMs() - first;
    expect(first).toBeGreaterThanOrEqual(1_000);
    expect(second).toBeGreaterThanOrEqual(2_000);
    bucket.speedUp();
    bucket.slowDown();
    const before = atMs();
    await bucket.take();
    expect(atMs() - before).toBeLessThan(2_000);
  });
});

describe('the call recorder', () => {
  const call = { service: 'rds', operation: 'X', region: 'r', requestId: '1', atMs: 1 };

  test('keeps the calls of activities that run beside each other apart', async () => {
    const work = (requestId: string) =>
      collectAwsCalls(async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        addAwsCalls([{ ...call, requestId }]);
      });
    const [one, two] = await Promise.all([work('1'), work('2')]);
    expect([one.calls.map((each) => each.requestId), two.calls.map((each) => each.requestId)]).toEqual([['1'], ['2']]);
  });

  test('still has the calls when the work failed', async () => {
    const calls: Parameters<typeof collectAwsCalls>[1] = [];
    await expect(
      collectAwsCalls(() => {
        addAwsCalls([call]);
        return Promise.reject(new Error('no'));
      }, calls),
    ).rejects.toThrow('no');
    expect(calls).toEqual([call]);
  });
});
