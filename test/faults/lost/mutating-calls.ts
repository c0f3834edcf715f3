import { jira, slack } from '../../engine/outside.ts';
import type { World } from '../../engine/world.ts';

/** One call that may have changed something, as the stand-in logged it. */
export interface MutatingCall {
  /** `rds DeleteDBInstance`, `slack chat.update`, `jira POST /issue/*\/comment`. */
  readonly operation: string;
  /** It happened, and its caller never heard of it. */
  readonly replyLost: boolean;
}

/** What can be called as often as one likes; everything else counts as changing something, also what comes new. */
const awsReads = /^(Describe|List|Get|Head)|^AssumeRole$/;
const slackReads = /\.(list|info|history|replies|members|test|getPermalink)$/;
const jiraReads = /^(GET .*|POST \/search\/jql)$/;

/**
 * Every call of this world's runs that may have changed something, taken from what the stand-ins saw: whatever the
 * product learns to call is here without anybody writing it down.
 */
export async function mutatingCalls(world: World): Promise<readonly MutatingCall[]> {
  return [...(await awsCalls(world)), ...(await slackCalls(world)), ...(await jiraCalls(world))];
}

async function awsCalls(world: World): Promise<MutatingCall[]> {
  const { calls } = (await world.control('GET', 'calls')) as {
    calls: { service: string; operation: string; caller: string; errorCode?: string; fault?: string }[];
  };
  const { faults } = (await world.control('GET', 'faults')) as { faults: { id: string; kind: string }[] };
  const losing = new Set(faults.filter(({ kind }) => kind === 'lose-reply').map(({ id }) => id));
  return calls
    .filter(({ caller }) => caller.includes('/firedrill-')) // what people and tests do in the account is not ours
    .filter(({ operation }) => !awsReads.test(operation))
    .map(({ service, operation, errorCode, fault }) => ({
      operation: `${service} ${operation}`,
      replyLost: errorCode === undefined && fault !== undefined && losing.has(fault),
    }));
}

async function slackCalls(world: World): Promise<MutatingCall[]> {
  const { calls } = (await slack(world, 'GET', 'calls')) as {
    calls: { method: string; fault?: string; result: { ok?: boolean } | null }[];
  };
  return calls
    .filter(({ method }) => !slackReads.test(method))
    .map(({ method, fault, result }) => ({
      operation: `slack ${method}`,
      replyLost: fault === 'lose-reply' && result?.ok === true,
    }));
}

async function jiraCalls(world: World): Promise<MutatingCall[]> {
  const { calls } = (await jira(world, 'GET', 'calls')) as {
    calls: { method: string; path: string; status: number; reply: string }[];
  };
  return calls
    .map(({ method, path, status, reply }) => ({
      name: `${method} ${endpointOf(path)}`,
      replyLost: reply === 'lost' && status < 300,
    }))
    .filter(({ name }) => !jiraReads.test(name))
    .map(({ name, replyLost }) => ({ operation: `jira ${name}`, replyLost }));
}

const endpointOf = (path: string): string =>
  (path.split('?')[0] ?? '')
    .replace(/^\/rest\/api\/3/, '')
    .replace(/^\/issue\/[^/]+/, '/issue/*')
    .replace(/(\/properties)\/.+$/, '$1/*');
