import { runCli } from '../../client/cli/main.ts';
import { noPaint } from '../../views/terminal/paint.ts';
import type { World } from './world.ts';

/** `firedrill …` as a person types it at a machine that knows the installation. @param person - who they are, by the environment */
export async function typed(
  { config, catalogFile }: World,
  person: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string }> {
  const out: string[] = [];
  const say = (text: string): void => void out.push(text);
  const code = await runCli(args, {
    out: say,
    err: say,
    isInteractive: false,
    columns: () => 200,
    rows: () => 40,
    paint: noPaint,
    env: {
      HOME: config.home,
      FIREDRILL_HOME: config.home,
      FIREDRILL_CATALOG: catalogFile,
      FIREDRILL_TASK_QUEUE_PREFIX: config.taskQueuePrefix,
      TEMPORAL_ADDRESS: config.temporal.address ?? '',
      DATABASE_URL: config.databaseUrl ?? '',
      ...person,
    },
    cwd: config.home,
  });
  return { code, out: out.join('\n') };
}
