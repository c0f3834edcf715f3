import { setTimeout as sleep } from 'node:timers/promises';
import type { AllMiddlewareArgs, SlackOptionsMiddlewareArgs } from '@slack/bolt';
import type { Option } from '@slack/types';
import { resourceSupport } from '../../../../catalog/lookup.ts';
import { slackLimits } from '../../../../views/slack/limits.ts';
import { optionOf } from '../../../../views/slack/modals.ts';
import { subjectOf } from '../../../../views/text.ts';
import type { SlackAppDeps } from '../../deps.ts';

type Arguments = SlackOptionsMiddlewareArgs<'block_suggestion'> & AllMiddlewareArgs;

/** Slack waits three seconds for what a menu offers. */
const patienceMs = 2000;

/** A menu offers what its words match; while nothing can be asked it offers what is known without, or nothing. */
const offers =
  (deps: SlackAppDeps, all: () => Promise<readonly Option[]>) =>
  async ({ ack, payload }: Arguments): Promise<void> => {
    const typed = payload.value.trim().toLowerCase();
    const options = await all().catch((error: unknown) => {
      deps.log('warn', 'a menu in Slack has nothing to offer', { error: String(error) });
      return [];
    });
    const matching = options.filter(({ text, value = '' }) => `${text.text} ${value}`.toLowerCase().includes(typed));
    await ack({ options: matching.slice(0, slackLimits.options) });
  };

/** Everything that a restore test can restore. */
export const offerSubjects = (deps: SlackAppDeps) =>
  offers(deps, async () => {
    const { catalog } = await deps.engine.catalog();
    return Object.values(catalog.services).flatMap((service) =>
      service.resources
        .filter((resource) => resourceSupport(resource).supported)
        .flatMap(({ name }) => optionOf(`${service.id}/${name}`, `${service.id} / ${name}`, service.name)),
    );
  });

/** Every story that can be told: a draft has holes. */
export const offerScenarios = (deps: SlackAppDeps) =>
  offers(deps, async () =>
    (await deps.engine.scenarios()).flatMap(({ name, minutes, difficulty, draft }) =>
      draft ? [] : optionOf(name, name, `${minutes} min, ${difficulty}`),
    ),
  );

/** Every service. */
export const offerServices = (deps: SlackAppDeps) =>
  offers(deps, async () => {
    const { catalog } = await deps.engine.catalog();
    return Object.values(catalog.services).flatMap(({ id, name }) => optionOf(id, id, name));
  });

/** Runs that are under way, from the store; while it is slow or down, those that the engine itself knows. */
export const offerRuns = (deps: SlackAppDeps, isOffered: (run: { readonly runId: string }) => boolean = () => true) =>
  offers(deps, async () => {
    const stored = deps.engine.openRuns().then(
      (runs) =>
        runs.filter(isOffered).flatMap((run) => optionOf(run.runId, `${subjectOf(run)} · ${run.state}`, run.runId)),
      () => undefined,
    );
    const known = await Promise.race([stored, sleep(patienceMs / 2).then(() => undefined)]);
    if (known !== undefined) return known;
    const running = await Promise.race([deps.engine.running(), sleep(patienceMs / 2).then(() => [])]);
    return running.filter((runId) => isOffered({ runId })).flatMap((runId) => optionOf(runId, runId));
  });
