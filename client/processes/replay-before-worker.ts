import { execFile } from 'node:child_process';
import { z } from 'zod';
import { FiredrillError } from '../../domain/errors.ts';
import { programOf } from './project-root.ts';

const ReportSchema = z.object({
  replayed: z.int(),
  broken: z.array(z.object({ runId: z.string(), problem: z.string() })),
});

/**
 * Replays every open run against the workflows of this version, without touching any of them.
 *
 * @param env - the worker's
 * @returns how many there were
 * @throws FiredrillError `would-break-runs`, naming them
 */
export async function replayBeforeWorker(options: {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly signal?: AbortSignal;
}): Promise<number> {
  const { stdout, stderr } = await run(options);
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  const report = ReportSchema.safeParse(line === undefined ? undefined : JSON.parse(line));
  if (!report.success) {
    throw new FiredrillError({
      code: 'replay-failed',
      kind: 'programme',
      what: `Open runs could not be replayed against this version.${stderr === '' ? '' : ` It said:\n${stderr.trim().split('\n').slice(-10).join('\n')}\n`}`,
      means: 'The worker was not started: it could break runs that are under way.',
      next: 'Look at the words above, then start again.',
    });
  }
  const { replayed, broken } = report.data;
  if (broken.length === 0) return replayed;
  const names = broken.map(({ runId, problem }) => `  ${runId}: ${problem.split('\n')[0]}`).join('\n');
  throw new FiredrillError({
    code: 'would-break-runs',
    kind: 'refused',
    what: `This version of firedrill cannot go on with ${broken.length === 1 ? 'a run that is' : `${broken.length} runs that are`} under way:\n${names}\n`,
    means: 'The worker was not started, and the runs are untouched.',
    next: 'Let them end with the version that started them, or abort them there (firedrill abort RUN); then start this one.',
  });
}

function run({
  env,
  cwd,
  signal,
}: Parameters<typeof replayBeforeWorker>[0]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [programOf('worker/replay-open-runs')],
      { env, cwd, maxBuffer: 16 * 1024 * 1024, killSignal: 'SIGKILL', ...(signal === undefined ? {} : { signal }) },
      (error, stdout, stderr) => {
        // Exit code 1 says that a run would break; the report says which.
        if (error !== null && typeof error.code !== 'number') reject(error);
        else resolve({ stdout, stderr });
      },
    );
  });
}
