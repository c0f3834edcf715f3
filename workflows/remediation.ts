import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  log,
  patched,
  workflowInfo,
} from '@temporalio/workflow';
import { dutyOf } from '../domain/people-check.ts';
import type { RemediationSetting } from '../domain/remediation-rules.ts';
import { errorFacts } from './failures.ts';
import { filingOnly } from './filing-only.ts';
import type { FilingState } from './filing-only.ts';
import { FindingCase } from './finding-case.ts';
import type { CaseState } from './finding-case.ts';
import { FindingDoor } from './finding-door.ts';
import type { FindingAnswers } from './finding-door.ts';
import { findingHintSignal } from './finding-messages.ts';
import { waitsForWindow } from './finding-retests.ts';
import { hear } from './hear.ts';
import { leaveMark } from './mark.ts';
import { ticketFiledSignal, ticketOrderedSignal } from './messages.ts';
import { lookingAtTickets, recordingRemediation } from './proxies.ts';
import { RemediationRecorder } from './remediation-recorder.ts';
import type { RecorderState } from './remediation-recorder.ts';
import { windowOpen } from './retest-window.ts';
import { orderIn } from './ticket-orders.ts';

const dayMs = 24 * 3_600_000;
/** Who starts a finding's workflow tells it at once what was found; without a finding there is nothing to follow. */
const nobodyCameMs = 60_000;
/** While the catalog cannot be asked how a finding is followed. */
const askAgainMs = 60_000;

/** Plain JSON, so that it survives continue-as-new. Empty at first. */
export interface RemediationState {
  readonly recorder?: RecorderState;
  readonly about?: CaseState;
  readonly answers?: FindingAnswers;
}

/**
 * One gap, whichever runs meet it, from the day on which it was raised until its proof is there: its ticket is filed and
 * followed, people are reminded and called for help, and whoever closes it without its proof finds it open again. Lives for
 * months; looks for itself whenever it gets a hint, and once a day.
 */
export async function remediation(start: RemediationState | FilingState): Promise<void> {
  if ('orders' in start && !patched('findings are followed')) return await filingOnly(start);
  await follow('orders' in start ? {} : start);
}

async function follow(start: RemediationState): Promise<void> {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const fingerprint = workflowId.slice(workflowId.lastIndexOf('/') + 1);
  const record = recordingRemediation();
  const recorder = new RemediationRecorder(
    fingerprint,
    start.recorder ?? { chainId: firstExecutionRunId, waiting: [] },
    (entries) => record.appendRemediation(entries),
  );
  const about = new FindingCase(fingerprint, recorder, start.about ?? {});
  if (start.recorder !== undefined) about.look();
  const door = new FindingDoor({
    answers: start.answers ?? [],
    service: () => recorder.view?.finding.service,
    apply: (act, by) => about.apply(act, by),
  });
  door.listen();
  hear(ticketOrderedSignal, (sent) => {
    leaveMark('heard', about.turns);
    const order = orderIn(sent);
    if (order) about.ordered(order);
  });
  hear(findingHintSignal, () => {
    leaveMark('heard', about.turns);
    about.look();
  });
  // The ticket of another finding, which this one asked for: nobody waits for the answer.
  hear(ticketFiledSignal, () => undefined);

  /** Ends when this execution makes room for the next one. */
  const working = new CancellationScope();
  let stopping = false;
  const isStopping = (): boolean => stopping;
  const loops = Promise.all([
    recorder.keepRecording(working, isStopping),
    about.desk.keepWorking(working, isStopping),
    keepLookingForProof(),
    keepWatched(),
    keepRetesting(),
  ]);

  const isTurning = (): boolean => about.isOver || workflowInfo().continueAsNewSuggested;
  const begun = await condition(() => recorder.view !== undefined, nobodyCameMs);
  for (let askedAtMs = 0; begun && !isTurning();) {
    if (about.setting === undefined || Date.now() - askedAtMs >= dayMs) {
      const setting = await settingNow();
      if (setting !== undefined) about.follow(setting);
      askedAtMs = Date.now();
    }
    const { turns } = about;
    const quietMs = about.setting === undefined ? askAgainMs : dayMs;
    const dueMs = Math.min(quietMs, ...about.dueTimes.map((atMs) => Math.max(0, atMs - Date.now())));
    if (await condition(() => isTurning() || about.turns !== turns, dueMs)) continue;
    about.doWhatIsDue();
    if (dueMs === dayMs) about.look(true);
  }
  stopping = true;
  working.cancel();
  await loops;
  await condition(allHandlersFinished);
  if (!begun || about.isOver) return;
  await continueAsNew<typeof remediation>({
    recorder: recorder.state,
    about: about.state,
    answers: door.answers,
  });

  async function settingNow(): Promise<RemediationSetting | undefined> {
    const { view } = recorder;
    if (view === undefined) return undefined;
    try {
      const request = { service: view.finding.service, tier: view.ticketRequest.tier };
      return (await lookingAtTickets().record.remediationSetting(request)).value;
    } catch (error) {
      log.warn('the catalog could not be asked how this finding is followed', { code: errorFacts(error).code });
      return undefined;
    }
  }

  /** Asks the store whether a run has proved it; of a vacant duty, whether it is held again. */
  async function keepLookingForProof(): Promise<void> {
    for (;;) {
      await condition(
        () => stopping || (about.proofWanted && recorder.view !== undefined && recorder.view.state !== 'closed'),
      );
      if (stopping) return;
      about.proofWanted = false;
      try {
        await working.run(lookForProof);
      } catch (error) {
        if (stopping) return;
        log.warn('it could not be asked whether this finding is proved; it is asked again', {
          code: errorFacts(error).code,
        });
      }
    }
  }

  async function lookForProof(): Promise<void> {
    const { view } = recorder;
    if (view === undefined || view.finding.proof.kind !== 'recheck') return;
    const { finding, metAtMs, simulated } = view;
    const { people, record: store } = lookingAtTickets();
    /** Met again meanwhile, what was seen is not the last word. */
    const holds = (): boolean => recorder.view?.metAtMs === metAtMs && recorder.view.state !== 'closed';
    const role = dutyOf(finding);
    if (role !== undefined) {
      const { held } = (await people.dutyHeld({ service: finding.service, role })).value;
      if (held !== undefined && holds()) about.close('recheck', held);
      return;
    }
    const { seen } = (await store.proofOf({ finding, sinceMs: metAtMs, simulated })).value;
    if (seen === undefined || !holds()) return;
    if (seen.proves) about.close('recheck', seen.sentence, seen.runId);
    else if (recorder.view?.rechecked?.runId !== seen.runId)
      recorder.record({ type: 'rechecked', runId: seen.runId, sentence: seen.sentence });
  }

  /** Starts the runs that are wanted. Who is told no may ask again; nobody waits for it. */
  async function keepRetesting(): Promise<void> {
    const { retests } = about;
    for (;;) {
      await condition(() => stopping || retests.wanted !== undefined);
      const opening =
        !stopping && patched('what starts by itself waits for its window')
          ? await windowOpen({ about, recorder, isStopping, lookIn: working })
          : undefined;
      const retest = retests.wantedIn(opening);
      if (isStopping()) return;
      // It is wanted no more, or not without a window.
      if (retest === undefined) continue;
      const { turns } = about;
      try {
        await working.run(() => lookingAtTickets().record.startRetest(retest));
        retests.started(retest);
      } catch (error) {
        if (isStopping()) {
          // It may have been started all the same: what goes on from here asks for the same run.
          if (waitsForWindow(retest)) retests.unanswered(retest, opening);
          return;
        }
        const { code, what, kind } = errorFacts(error);
        // Whoever asked for it now is told, and may ask again; what waited for its window nobody would ask for again.
        const isUnanswered = kind === 'busy' || code === 'no-answer';
        if (isUnanswered && waitsForWindow(retest) && patched('a start that nobody answers is asked for again')) {
          log.warn('nobody answered whether a re-test was started; it is asked for again', { code });
          retests.unanswered(retest, opening);
          await condition(() => stopping || about.turns !== turns, askAgainMs);
          continue;
        }
        // What is refused may be allowed another time; what makes no sense would be told again with every window.
        retests.refused(code, what, kind === 'refused' ? opening?.closesMs : undefined);
      }
    }
  }

  /** The watch of its project knows of it, also after that was ended by hand; and no longer when it is closed. */
  async function keepWatched(): Promise<void> {
    for (;;) {
      await condition(() => stopping || (about.watchTold < about.watchWants && recorder.view !== undefined));
      const { view } = recorder;
      if (stopping || view === undefined) return;
      const upTo = about.watchWants;
      const { key } = view.ticket ?? {};
      const { project } = view.ticketRequest;
      const stop = view.state === 'closed';
      try {
        await working.run(() =>
          record.watchFinding({ project, fingerprint, stop, ...(key === undefined ? {} : { key }) }),
        );
        about.watchTold = upTo;
      } catch (error) {
        if (!stopping) throw error;
        return;
      }
    }
  }
}
