import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { loadConfig } from '../../config/index.ts';
import type { Config, ConfigFlags } from '../../config/index.ts';
import { projectRoot } from '../processes/project-root.ts';

/** What the demo listens to: where its state goes and where Temporal is. All else is its own, so that it can touch nothing real. */
const heard = [
  'HOME',
  'XDG_CACHE_HOME',
  'FIREDRILL_HOME',
  'FIREDRILL_CACHE',
  'FIREDRILL_LOG_LEVEL',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_API_KEY',
  'TEMPORAL_API_KEY_FILE',
];

/** Deadlines that a demo may shorten, as the catalog writes them (`policies.limits`). */
export type DemoLimits = Readonly<Partial<Record<'restoreDeadline' | 'deleteDeadline' | 'connectDeadline', string>>>;

/** The demo's configuration: the example company, everything simulated, task queues of its own. */
export function demoConfig(sources: {
  readonly flags: ConfigFlags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly limits: DemoLimits;
}): Config {
  const env = Object.fromEntries(heard.map((name) => [name, sources.env[name]]));
  const { home } = loadConfig({ flags: sources.flags, env, cwd: sources.cwd, file: undefined });
  const catalog = join(home, 'demo', 'catalog.yaml');
  mkdirSync(join(home, 'demo'), { recursive: true, mode: 0o700 });
  writeFileSync(catalog, catalogText(sources.limits));
  return loadConfig({
    flags: { ...sources.flags, catalog, taskQueuePrefix: 'firedrill-demo-', 'aws.region': 'eu-central-1' },
    env,
    cwd: sources.cwd,
  });
}

/** The example catalog without its freezes (a demo must work over Christmas, too) and with the deadlines of this demo. */
function catalogText(limits: DemoLimits): string {
  const document = parseDocument(readFileSync(join(projectRoot, 'examples', 'catalog.yaml'), 'utf8'));
  document.deleteIn(['organisation', 'policies', 'freezes']);
  // The copy lies elsewhere; its documents are where they were.
  document.setIn(['organisation', 'documents', 'folder'], join(projectRoot, 'examples', 'documents'));
  for (const [name, duration] of Object.entries(limits))
    document.setIn(['organisation', 'policies', 'limits', name], duration);
  document.commentBefore =
    ' A copy of examples/catalog.yaml that the demo made for itself; it is written anew at every start.';
  return document.toString({ lineWidth: 120 });
}
