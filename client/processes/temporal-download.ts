// A process of its own, because the SDK's download cannot be stopped once begun: fetches the Temporal CLI into a folder.
import { TestWorkflowEnvironment } from '@temporalio/testing';

const [downloadDir, version] = process.argv.slice(2);
if (downloadDir === undefined || version === undefined) throw new Error('Usage: temporal-download.ts FOLDER VERSION');
// The SDK downloads as a part of starting a server, so it is started once and stopped again.
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir, version }, log: { format: 'pretty', level: 'error' } },
});
await environment.teardown();
