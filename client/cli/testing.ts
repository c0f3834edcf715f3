import { noPaint } from '../../views/terminal/paint.ts';
import { runCli } from './main.ts';
import type { Terminal } from './terminal.ts';

/** A terminal that nobody sits at, and what was written to it, line by line. @param env - beside `HOME`, which is `cwd` */
export function bufferTerminal(
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): { terminal: Terminal; out: string[]; err: string[] } {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    isInteractive: false,
    columns: () => 100,
    rows: () => 40,
    paint: noPaint,
    env: { HOME: cwd, ...env },
    cwd,
  };
  return { terminal, out, err };
}

/** Runs a command in a folder, as a script would. */
export async function runIn(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; out: string; err: string }> {
  const { terminal, out, err } = bufferTerminal(cwd, env);
  const code = await runCli(args, terminal);
  return { code, out: out.join('\n'), err: err.join('\n') };
}
