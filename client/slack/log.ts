import type { Logger } from '@slack/bolt';
import { LogLevel } from '@slack/bolt';
import type { SlackAppDeps } from './deps.ts';

/** One line of JSON on stderr: stdout is for the ready line. */
export const logLine: SlackAppDeps['log'] = (level, message, facts = {}) => {
  console.error(JSON.stringify({ at: new Date().toISOString(), level, message, ...facts }));
};

/** Bolt's own log in our form; what it says below "warn" is about its inner life. */
export const boltLogger = (log: SlackAppDeps['log']): Logger => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (...words: unknown[]) => log('warn', `bolt: ${words.map(String).join(' ')}`),
  error: (...words: unknown[]) => log('error', `bolt: ${words.map(String).join(' ')}`),
  setLevel: () => undefined,
  getLevel: () => LogLevel.WARN,
  setName: () => undefined,
});
