import { CancellationScope, patched, workflowInfo } from '@temporalio/workflow';
import { actAccepted, actRefused } from '../domain/act.ts';
import type { ActAnswer, ActBy } from '../domain/act.ts';
import { asFindingAct, isObjection, judgeAct, offersOf } from '../domain/finding-acts.ts';
import {
  acceptanceEndedText,
  acceptedText,
  callText,
  closedAgainText,
  closedText,
  ownerUnknownText,
  reopenedText,
} from '../domain/finding-words.ts';
import type { FindingAct } from '../domain/finding-acts.ts';
import type { Finding } from '../domain/finding.ts';
import type { NoticeAddress, TicketOrder } from '../domain/notice.ts';
import { dutyOf, ownerUnknownFinding } from '../domain/people-check.ts';
import { acceptanceEndMs, isEscalation, nextCall } from '../domain/remediation-rules.ts';
import type { RemediationSetting } from '../domain/remediation-rules.ts';
import type { CallLevel, RemediationEvent } from '../domain/remediation.ts';
import { FindingDesk } from './finding-desk.ts';
import type { DeskState, FindingNews } from './finding-desk.ts';
import { FindingRetests } from './finding-retests.ts';
import type { WantedRetest } from './finding-retests.ts';
import { recordActivities } from './proxies.ts';
import { Reopenings } from './reopenings.ts';
import type { RemediationRecorder } from './remediation-recorder.ts';

/** Plain JSON, so that it survives continue-as-new. */
export interface CaseState {
  readonly desk?: DeskState;
  /** What the catalog said last. */
  readonly setting?: RemediationSetting;
  /** Pinned when people are first told, so that a finding has one thread. */
  readonly slackChannel?: string;
  readonly retest?: WantedRetest;
  /** Reports of people that were told in the channel, the last ones. */
  readonly reportsTold?: readonly string[];
  /** When it was opened again because somebody had closed it, the last times; milliseconds UTC. */
  readonly reopenedAtMs?: readonly number[];
}

/** A report that arrives again does so soon; older ones need not be remembered. */
const reportsKept = 50;

/** What is done about a finding: each thing recorded, said in Jira and Slack, and decided in one place. */
export class FindingCase {
  readonly #recorder: RemediationRecorder;
  readonly #fingerprint: string;
  readonly desk: FindingDesk;
  #setting: RemediationSetting | undefined;
  #slackChannel: string | undefined;
  #reportsTold: readonly string[];
  readonly #reopenings: Reopenings;
  /** Counts what may have moved the next moment at which something is due. */
  #turns = 0;
  /** Counts what the watch of its project is to be told: of a ticket, or that it is over. */
  watchWants = 1;
  /** Up to which of these it has been told. */
  watchTold = 0;
  /** A run may have proved it. */
  proofWanted = false;
  /** Runs that may prove it. */
  readonly retests: FindingRetests;

  constructor(fingerprint: string, recorder: RemediationRecorder, start: CaseState) {
    this.#fingerprint = fingerprint;
    this.#recorder = recorder;
    this.#setting = start.setting;
    this.#slackChannel = start.slackChannel;
    this.#reportsTold = start.reportsTold ?? [];
    this.#reopenings = new Reopenings(start.reopenedAtMs);
    this.retests = new FindingRetests(recorder, start.retest, (text, { mention, inJira }) => {
      this.#tell(text, { mention: mention ? this.#answerable : [], broadcast: false });
      if (inJira) this.desk.inJira({ do: 'say', id: this.#recorder.newestId, text });
    });
    this.desk = new FindingDesk(start.desk ?? { jira: [], slack: [], second: [], messages: {}, keys: [] }, {
      recorder,
      address: () => this.#address(),
      setting: () => this.#setting,
      onFiled: ({ ownerUnknown }) => {
        this.watchWants += 1;
        this.desk.look();
        if (ownerUnknown !== undefined) this.#raiseOwnerUnknown(ownerUnknown);
      },
      onClosedByHand: () => this.#closedByHand(),
      onRenamed: () => {
        if (patched('the watch hears of another key')) this.watchWants += 1;
      },
      onFiledAnew: () => this.#sayAccepted(),
    });
  }

  get state(): CaseState {
    return {
      desk: this.desk.state,
      ...(this.#setting === undefined ? {} : { setting: this.#setting }),
      ...(this.#slackChannel === undefined ? {} : { slackChannel: this.#slackChannel }),
      ...(this.retests.wanted === undefined ? {} : { retest: this.retests.wanted }),
      ...(this.#reportsTold.length === 0 ? {} : { reportsTold: this.#reportsTold }),
      ...(this.#reopenings.state.length === 0 ? {} : { reopenedAtMs: this.#reopenings.state }),
    };
  }

  get turns(): number {
    return this.#turns;
  }

  get setting(): RemediationSetting | undefined {
    return this.#setting;
  }

  /** Closed, and everything about it is recorded and said. */
  get isOver(): boolean {
    const { view, isDone } = this.#recorder;
    return view?.state === 'closed' && isDone && this.desk.isDone && this.watchTold === this.watchWants;
  }

  follow(setting: RemediationSetting): void {
    this.#setting = setting;
    this.#slackChannel ??= setting.slackChannel;
  }

  /** A run has met the gap and wants its ticket, or somebody has reported it. */
  ordered(order: TicketOrder): void {
    const { view } = this.#recorder;
    const { finding, ticket, simulated } = order;
    // Asked again for the same run, it is no news.
    const isNews = view?.finding.runId !== finding.runId;
    if (view === undefined || (isNews && view.state === 'closed'))
      this.#recorder.record({ type: 'raised', finding, ticket, simulated });
    else if (isNews) this.#recorder.record({ type: 'recurred', finding });
    this.#turns += 1;
    this.desk.order(order);
    this.#tellReport(order);
  }

  /** The channel of the service hears what somebody saw, once for each report. */
  #tellReport({ finding, reported }: TicketOrder): void {
    if (reported === undefined || this.#reportsTold.includes(reported.reportId)) return;
    this.#reportsTold = [...this.#reportsTold, reported.reportId].slice(-reportsKept);
    const { fingerprint, service, title, found, severity } = finding;
    this.desk.inSlack({
      kind: 'gap-reported',
      number: this.#recorder.newestNumber,
      finding: { fingerprint, service, title, found, severity },
      report: reported,
    });
  }

  /** There may be news of its ticket or of a run. @param patient - what could not be moved is tried again */
  look(patient = false): void {
    this.#turns += 1;
    this.desk.look(patient);
    this.proofWanted = true;
    if (patient) this.watchWants += 1;
  }

  /** Moments at which something is due without anybody's doing. */
  get dueTimes(): readonly number[] {
    const { view } = this.#recorder;
    if (view === undefined || this.#setting === undefined) return [];
    const call = nextCall(view, this.#setting.pace, Date.now());
    const end = acceptanceEndMs(view);
    return [...(call === undefined ? [] : [call.atMs]), ...(end === undefined ? [] : [end])];
  }

  doWhatIsDue(): void {
    const { view } = this.#recorder;
    if (view === undefined || this.#setting === undefined) return;
    const endMs = acceptanceEndMs(view);
    if (endMs !== undefined && endMs <= Date.now()) return this.#endAcceptance(view.acceptance?.until ?? '');
    const call = nextCall(view, this.#setting.pace, Date.now());
    if (call !== undefined && call.atMs <= Date.now()) this.#callFor(call.level);
  }

  /** The proof is there. */
  close(how: Finding['proof']['kind'], sentence: string, runId?: string): void {
    const key = this.#recorder.view?.ticket?.key;
    this.#recorder.record({ type: 'closed', how, sentence, ...(runId === undefined ? {} : { runId }) });
    this.#move('proved', closedText(sentence), key);
    this.#tell(closedText(sentence), { mention: [] });
    this.watchWants += 1;
    this.#turns += 1;
  }

  /** The one place where what a proved person does meets the finding, whichever way it came. */
  apply(sent: unknown, by: ActBy): ActAnswer | Promise<ActAnswer> {
    const { view } = this.#recorder;
    const act = asFindingAct(sent);
    if (act === undefined) return actRefused('malformed', 'This is nothing that one can do about a finding.');
    if (view === undefined || this.#setting === undefined)
      return actRefused('not-yet', 'The catalog has not said yet how this finding is followed; try again in a minute.');
    const { longestAcceptanceMs } = this.#setting;
    const judged = judgeAct(act, { view, by, nowMs: Date.now(), longestAcceptanceMs });
    this.#turns += 1;
    if (isObjection(judged)) {
      this.#recorder.record({ type: 'act-refused', kind: act.kind, personId: by.personId, code: judged.code });
      return actRefused(judged.code, judged.text);
    }
    const events = judged.events.map((event) => (event.type === 'risk-accepted' ? withReasons(event) : event));
    for (const event of events) this.#recorder.record(event);
    const accepted = events.find((event) => event.type === 'risk-accepted');
    if (act.kind === 'retest') {
      // What proves it may be there already.
      this.look(true);
      return this.retests.ask(by);
    }
    if (judged.closes !== undefined) this.close('attested', judged.closes);
    else if (accepted !== undefined) {
      const text = acceptedText(accepted);
      this.#move('accepted', text);
      this.#tell(text, { mention: [] });
    } else if (judged.events.length > 0) {
      this.#tell(`${by.personName}: ${judged.text}`, { mention: this.#asked(act, by), broadcast: false });
    }
    return actAccepted(judged.text);
  }

  #callFor(level: CallLevel): void {
    const { view } = this.#recorder;
    if (view === undefined || this.#setting === undefined) return;
    const escalates = isEscalation(view, level);
    const text = callText(view, level, Date.now());
    const { champion, owner, leadership } = this.#setting.mention;
    const asked = { champion, owner: [...champion, ...owner], leadership: [...champion, ...owner, ...leadership] };
    this.#recorder.record({ type: 'called', level });
    this.#tell(text, {
      mention: asked[level],
      broadcast: escalates,
      secondChannel: escalates && level === 'leadership',
    });
    if (escalates) this.desk.inJira({ do: 'say', id: this.#recorder.newestId, text });
  }

  #closedByHand(): void {
    const nowMs = Date.now();
    const times = this.#reopenings.tooMany(nowMs);
    const { view } = this.#recorder;
    if (view?.ticket === undefined || times === undefined || !patched('a ticket is not opened again for ever')) {
      this.#reopenings.opened(nowMs);
      return this.#reopen();
    }
    const { key } = view.ticket;
    this.desk.leaveIt();
    this.#recorder.record({ type: 'not-moved', key, why: `It was opened again ${times} times within a day.` });
    const text = closedAgainText(view, times);
    this.desk.inJira({ do: 'say', id: this.#recorder.newestId, text });
    this.#tell(text, { mention: this.#answerable });
  }

  /** What is filed anew while its risk is accepted is nobody's work. */
  #sayAccepted(): void {
    const { acceptance, state } = this.#recorder.view ?? {};
    if (state !== 'accepted' || acceptance === undefined) return;
    if (patched('what is filed anew is accepted, too')) this.#move('accepted', acceptedText(acceptance));
  }

  /** Somebody closed the ticket without its proof. It may be remedied all the same: what can be tested again is, or is planned. */
  #reopen(): void {
    const { view } = this.#recorder;
    if (view?.ticket === undefined) return;
    // It is in the journal, whose entries carry a hash over all before.
    const reason = reopenedText(patched('a reason names the ticket') ? view : { finding: view.finding });
    this.#recorder.record({ type: 'reopened', key: view.ticket.key, reason });
    this.#move('reopened', reason);
    this.#tell(reason, { mention: this.#answerable });
    this.retests.want();
  }

  #endAcceptance(until: string): void {
    this.#recorder.record({ type: 'acceptance-ended', until });
    const { view } = this.#recorder;
    if (view === undefined) return;
    const text = acceptanceEndedText(view, until);
    this.#move('reopened', text);
    this.#tell(text, { mention: this.#answerable });
  }

  /** A finding of its own, with a ticket of its own; unless that is what this one is about. */
  #raiseOwnerUnknown(email: string): void {
    const { view } = this.#recorder;
    if (view === undefined || view.ownerUnknown === email || dutyOf(view.finding) === 'service-owner') return;
    this.#recorder.record({ type: 'owner-unknown', email });
    this.desk.inJira({ do: 'say', id: this.#recorder.newestId, text: ownerUnknownText(email) });
    const { ticketRequest: ticket, simulated } = view;
    const finding = ownerUnknownFinding(view.finding, email);
    const replyTo = workflowInfo().workflowId;
    void CancellationScope.nonCancellable(() =>
      recordActivities().orderTicket({ finding, ticket, simulated, replyTo, filedBefore: false }),
    );
  }

  /** Slack ids of those whose word is still missing. */
  #asked({ kind }: FindingAct, by: ActBy): readonly string[] {
    if (kind === 'attest') return this.#answerable;
    if (kind !== 'accept-risk') return [];
    const { mention, riskAndCompliance = [] } = this.#setting ?? {};
    return by.roles.includes('risk-and-compliance') ? (mention?.owner ?? []) : riskAndCompliance;
  }

  get #answerable(): readonly string[] {
    const { champion = [], owner = [] } = this.#setting?.mention ?? {};
    return [...champion, ...owner];
  }

  #move(move: 'reopened' | 'proved' | 'accepted', text: string, key?: string): void {
    const id = this.#recorder.newestId;
    this.desk.inJira({ do: 'move', id, move, text, ...(key === undefined ? {} : { key }) });
  }

  #tell(text: string, how: Pick<FindingNews, 'mention'> & Partial<FindingNews>): void {
    const { view, newestNumber } = this.#recorder;
    if (view === undefined) return;
    const { finding, ticket } = view;
    this.desk.inSlack({
      kind: 'finding-news',
      number: newestNumber,
      finding: { fingerprint: finding.fingerprint, title: finding.title, proof: finding.proof },
      text,
      broadcast: true,
      secondChannel: false,
      ...(ticket === undefined ? {} : { ticket: { key: ticket.key, url: ticket.url } }),
      offers: offersOf(view),
      ...how,
    });
  }

  /** Where people are told; nothing while the catalog has not said it. */
  #address(): NoticeAddress | undefined {
    const { view, state } = this.#recorder;
    if (view === undefined || this.#slackChannel === undefined) return undefined;
    const { simulated, finding } = view;
    const { service, resource } = finding;
    return {
      slackChannel: this.#slackChannel,
      runId: `finding/${this.#fingerprint}`,
      executionId: state.chainId,
      service,
      resource,
      simulated,
      mode: 'drill',
    };
  }
}

type Accepted = Extract<RemediationEvent, { type: 'risk-accepted' }>;

/** As earlier versions recorded it, where they did: the second person's reason was not kept. */
function withReasons(event: Accepted): Accepted {
  if (event.agreedReason === undefined || patched('both reasons are kept')) return event;
  const { agreedReason: _, ...rest } = event;
  return rest;
}
