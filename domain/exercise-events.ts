import type { Role } from './gate.ts';
import type {
  Answerable,
  Assessment,
  ExerciseActor,
  ExercisePerson,
  ExercisePolicy,
  LastExercise,
  LoggedDecision,
  RaisedGap,
} from './exercise.ts';
import type { FilledScenario } from './scenario.ts';

interface Acted {
  readonly actId: string;
  readonly by: ExerciseActor;
}

/** What is written into the journal of a tabletop exercise; its state is folded from these and from nothing else. */
export type ExerciseEvent =
  | {
      readonly type: 'exercise-planned';
      readonly scenario: FilledScenario;
      readonly answerable: readonly Answerable[];
      readonly policy: ExercisePolicy;
    }
  /** The last one of the same service; not written when there was none. */
  | { readonly type: 'exercise-last-known'; readonly last: LastExercise }
  | ({ readonly type: 'exercise-attended' } & Acted)
  /** `from`: who held it until now. */
  | ({ readonly type: 'exercise-role-taken'; readonly role: string; readonly from?: ExercisePerson } & Acted)
  /** Slack or the catalog does not know them any more; what they hold stays theirs until somebody takes it over. */
  | { readonly type: 'exercise-holder-left'; readonly person: ExercisePerson; readonly roles: readonly string[] }
  | ({ readonly type: 'exercise-begun' } & Acted)
  | {
      readonly type: 'exercise-inject-told';
      readonly injectId: string;
      readonly how: 'on-time' | 'brought-forward';
      /** Imagined time since the imagined impact, milliseconds. */
      readonly incidentMs: number;
    }
  /** Drawn at random; nobody when nobody was there to be drawn. */
  | {
      readonly type: 'exercise-person-unavailable';
      readonly injectId: string;
      readonly person?: ExercisePerson;
      /** Roles of the exercise that are free now. */
      readonly roles: readonly string[];
    }
  | ({ readonly type: 'exercise-inject-brought-forward'; readonly injectId: string } & Acted)
  | ({ readonly type: 'exercise-inject-skipped'; readonly injectId: string; readonly reason: string } & Acted)
  | ({ readonly type: 'exercise-paused'; readonly reason?: string } & Acted)
  | ({ readonly type: 'exercise-resumed' } & Acted)
  /** Nothing was told in this time, because the engine was away: the story waited, milliseconds UTC. */
  | { readonly type: 'exercise-held-up'; readonly fromMs: number; readonly toMs: number }
  | ({
      readonly type: 'exercise-improvised';
      readonly id: string;
      readonly title: string;
      readonly from: string;
      readonly text: string;
    } & Acted)
  | ({ readonly type: 'exercise-decision-logged'; readonly decision: LoggedDecision } & Acted)
  /** T6 of the story: what must be true was proved. */
  | ({ readonly type: 'exercise-recovered'; readonly proof: string; readonly incidentMs: number } & Acted)
  | ({ readonly type: 'exercise-hot-wash-begun'; readonly endedEarly?: string } & Acted)
  | ({ readonly type: 'exercise-hot-wash-answered'; readonly question: number; readonly text: string } & Acted)
  | ({
      readonly type: 'exercise-assessed';
      readonly actions: readonly { readonly id: string; readonly outcome: Assessment; readonly note?: string }[];
    } & Acted)
  | ({ readonly type: 'exercise-gap-raised'; readonly gap: RaisedGap } & Acted)
  /** It became a finding, and its ticket is asked for. */
  | ({ readonly type: 'exercise-gap-filed'; readonly gapId: string } & Acted)
  | {
      readonly type: 'exercise-gap-ticketed';
      readonly fingerprint: string;
      readonly key: string;
      readonly url: string;
    }
  | ({ readonly type: 'exercise-gap-without-ticket'; readonly gapId: string; readonly reason: string } & Acted)
  | {
      readonly type: 'exercise-reminded';
      readonly text: string;
      /** The event that nobody has answered. */
      readonly injectId?: string;
      /** Whom an escalation asks. */
      readonly escalatedTo?: readonly Role[];
    }
  | ({ readonly type: 'exercise-closed' } & Acted);

/** Whether something happened in an exercise: all of it, and nothing else, is named so. */
export const isExerciseEvent = <E extends { readonly type: string }>(
  event: E,
): event is Extract<E, { readonly type: `exercise-${string}` }> => event.type.startsWith('exercise-');
