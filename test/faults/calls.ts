import { holdJiraAnswer, slack } from '../engine/outside.ts';
import type { Call } from './subject.ts';

/** Changing calls that every runbook makes: what it says in Slack, and its tickets. */

/** A call to Slack; the stand-in cannot tell by which run. */
export const slackCall = (method: string): Call => ({
  name: method,
  hold: async ({ witness }, forMs) => {
    const fromMs = Date.now();
    await slack(witness, 'POST', 'faults', { method, kind: 'late-reply', delayMs: forMs });
    return async () => {
      const { calls } = (await slack(witness, 'GET', 'calls')) as {
        calls: { at: string; method: string; fault?: string }[];
      };
      return calls.some(
        (call) => call.method === method && call.fault === 'late-reply' && Date.parse(call.at) >= fromMs,
      );
    };
  },
});

export const postCall = slackCall('chat.postMessage');
export const updateCall = slackCall('chat.update');

/** A new ticket in Jira; the stand-in cannot tell by which run. */
export const ticketCall: Call = {
  name: 'create issue',
  hold: ({ witness }, forMs) => holdJiraAnswer(witness, { method: 'POST', path: '^/rest/api/3/issue$' }, forMs),
};
