import { replaceFile } from './append-log.ts';
import type { LoopStatus } from './source-files.ts';

/** Something that a DBA should hear of a loop. */
export interface LoopEvent {
  readonly resource: string;
  readonly loop: 'sentinel' | 'baseline';
  /** Our own words only. */
  readonly text: string;
}

/** How a loop says how its turns go. */
export interface LoopReporter {
  worked(): Promise<void>;
  failed(problem: string): Promise<void>;
}

/** The status of one resource's loops: told when it changes, and kept in a small file for preflight. */
export interface LoopStatusFile {
  reporter(loop: LoopEvent['loop']): LoopReporter;
}

/** Keeps how the loops of a resource go in a file, and tells each trouble once. */
export function openLoopStatus(options: {
  file: string;
  resource: string;
  sentinelEveryMs: number;
  sentinelDeclared: boolean;
  tell: (event: LoopEvent) => void;
}): LoopStatusFile {
  let current: LoopStatus = {
    sentinelEveryMs: options.sentinelEveryMs,
    sentinelDeclared: options.sentinelDeclared,
    updatedMs: Date.now(),
  };
  let writing = Promise.resolve();

  /** One after the other. A status that cannot be written must not stop the writing of sentinels. */
  const save = (loop: LoopEvent['loop']): Promise<void> => {
    const text = JSON.stringify(current);
    writing = writing
      .then(() => replaceFile(options.file, text))
      .catch((error: unknown) => {
        const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
        options.tell({
          resource: options.resource,
          loop,
          text: `The status file ${options.file} cannot be written (${why}).`,
        });
      });
    return writing;
  };

  return {
    reporter: (loop) => {
      const key = loop === 'sentinel' ? 'sentinelProblem' : 'baselineProblem';
      let last: string | undefined = 'not started yet';
      const change = (problem: string | undefined): Promise<void> => {
        if (problem !== last) {
          const text =
            problem === undefined
              ? `The ${loop} writer works.`
              : `The ${loop} writer does not get through: ${problem}. It goes on trying.`;
          options.tell({ resource: options.resource, loop, text });
        }
        last = problem;
        const { [key]: _before, ...rest } = current;
        current = { ...rest, ...(problem === undefined ? {} : { [key]: problem }), updatedMs: Date.now() };
        return save(loop);
      };
      return { worked: () => change(undefined), failed: change };
    },
  };
}
