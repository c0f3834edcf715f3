/**
 * Task queues by privilege (design, section 9). Tests put a prefix in front so that files do not meet; a workflow
 * derives the others from its own queue.
 */
export const queueNames = ['workflows', 'aws-read', 'aws-isolated', 'probe', 'source', 'notify', 'record'] as const;
export type QueueName = (typeof queueNames)[number];

/** Name of a task queue under a prefix; the empty prefix is production's. */
export const taskQueue = (prefix: string, queue: QueueName): string => `${prefix}${queue}`;

/**
 * Where the control workflow alone has its turns: whoever stops all drills must not stand behind those drills. It is served
 * with `workflows`, and has no activities.
 */
export const controlQueue = (prefix: string): string => `${prefix}control`;

/**
 * Where it is proved who decided something, and what else a person or the control workflow waits for: not behind what
 * hundreds of runs have to record. It is served with `record`, by the same privileges.
 */
export const decisionQueue = (prefix: string): string => `${prefix}decisions`;

/** The prefix of a queue on which workflows have their turns. */
export const prefixOf = (workflowQueue: string): string => workflowQueue.replace(/(workflows|control)$/, '');
