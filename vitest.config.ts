import { defineConfig } from 'vitest/config';

/** Tests that need a Temporal server, a store and a sandbox: started once for all of them. */
const engineTests = [
  'test/engine/**/*.test.ts',
  'test/replay/**/*.test.ts',
  'test/end-to-end/**/*.test.ts',
  'test/faults/lost/**/*.test.ts',
  'workflows/**/*.test.ts',
  'worker/**/*.test.ts',
];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'units',
          include: [
            '{domain,catalog,runbooks,activities,client,store,views,config,sandbox,postgres,examples,deploy}/**/*.test.ts',
          ],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'engine',
          include: engineTests,
          globalSetup: ['test/engine/global-setup.ts'],
          testTimeout: 240_000,
          hookTimeout: 180_000,
        },
      },
      {
        // Its own servers, killed again and again. One campaign; all of its work is in `beforeAll`.
        test: { name: 'faults', include: ['test/faults/*.test.ts'], testTimeout: 60_000, hookTimeout: 900_000 },
      },
      {
        // The command as a user starts it: every process, a database with a million rows, a browser.
        test: { name: 'demo', include: ['test/demo/**/*.test.ts'], testTimeout: 400_000, hookTimeout: 60_000 },
      },
    ],
  },
});
