import type { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';

/**
 * How often a worker says that an activity is still being worked on, milliseconds. Well below the heartbeat time-out of
 * `workflows/proxies.ts`, so that a busy process is not taken for a dead one. Short activities end before the first.
 */
export const heartbeatEveryMs = 3000;

/**
 * Says for every activity that its worker lives, so that one whose worker was killed is taken up again within seconds and
 * not at the end of its time-out: in a recovery that minute would be lost. Nothing is said of its progress.
 */
export const heartbeatInterceptor = (context: Context): { inbound: ActivityInboundCallsInterceptor } => ({
  inbound: {
    async execute(input, next) {
      const beat = setInterval(() => context.heartbeat(), heartbeatEveryMs);
      try {
        return await next(input);
      } finally {
        clearInterval(beat);
      }
    },
  },
});
