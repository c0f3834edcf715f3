import { homedir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { findTemporal } from '../../client/processes/temporal-binary.ts';

/** A Temporal server of a test file's own, which asks workflows to begin anew after so many events. To be torn down. */
export async function startShortHistories(suggestedAfter: number): Promise<TestWorkflowEnvironment> {
  const cacheDir =
    process.env['FIREDRILL_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'firedrill');
  const { path } = await findTemporal({ env: process.env, cacheDir, onProgress: () => undefined });
  return await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
      extraArgs: ['--headless', '--dynamic-config-value', `limit.historyCount.suggestContinueAsNew=${suggestedAfter}`],
    },
  });
}
