import { CancellationScope, condition, isCancellation, patched } from '@temporalio/workflow';
import type { SlackMessageRef } from '../activities/slack/interface.ts';
import { notMovedText, recurredWhileAcceptedText } from '../domain/finding-words.ts';
import type { Notice, NoticeAddress, TicketOrder } from '../domain/notice.ts';
import type { RemediationSetting } from '../domain/remediation-rules.ts';
import { notifyActivities } from './proxies.ts';
import type { RemediationRecorder } from './remediation-recorder.ts';
import { tellTicketFiled } from './ticket-orders.ts';

/** Why a ticket is moved; the catalog may name the status for each. */
export type Move = 'reopened' | 'proved' | 'accepted';

/** One thing to do in Jira; each safe to repeat. */
export type JiraWork =
  | { readonly do: 'file'; readonly order: TicketOrder }
  | { readonly do: 'say'; readonly id: string; readonly text: string }
  | { readonly do: 'move'; readonly id: string; readonly move: Move; readonly text: string; readonly key?: string };

export type FindingNews = Extract<Notice, { kind: 'finding-news' }>;
/** Everything that is said of a finding in Slack. */
type SlackNews = FindingNews | Extract<Notice, { kind: 'gap-reported' }>;

/** Plain JSON, so that it survives continue-as-new. */
export interface DeskState {
  readonly jira: readonly JiraWork[];
  readonly slack: readonly SlackNews[];
  readonly second: readonly FindingNews[];
  readonly messages: Readonly<Record<string, SlackMessageRef>>;
  /** Keys of the gap's tickets; read directly, because the search does not show new ones for some seconds. */
  readonly keys: readonly string[];
  /** A ticket, in a status, that Jira does not let us move: not tried again before tomorrow. */
  readonly stuck?: string;
}

interface DeskOptions {
  readonly recorder: RemediationRecorder;
  readonly address: () => NoticeAddress | undefined;
  readonly setting: () => RemediationSetting | undefined;
  /** A ticket is there for an order: the rest is the finding's own business. */
  readonly onFiled: (filed: { readonly ownerUnknown?: string }) => void;
  /** Somebody closed the ticket of a finding that is open. */
  readonly onClosedByHand: () => void;
  /** Somebody moved the ticket to another project: it has another key. */
  readonly onRenamed: () => void;
  /** Its ticket was deleted, and one is filed in its place. */
  readonly onFiledAnew: () => void;
}

/** Tickets that are remembered; a gap has one, and one more each time it comes back after it was closed. */
const keysKept = 20;

/**
 * What a finding has to do outside, each system in order and none waiting for another: its ticket in Jira, people in Slack
 * and on the second channel. Nothing is dropped; a system that is down holds up only itself.
 */
export class FindingDesk {
  readonly #options: DeskOptions;
  readonly #notify = notifyActivities();
  #jira: JiraWork[];
  #slack: SlackNews[];
  #second: FindingNews[];
  #messages: Readonly<Record<string, SlackMessageRef>>;
  #keys: readonly string[];
  #stuck: string | undefined;
  #lookWanted = false;

  constructor(start: DeskState, options: DeskOptions) {
    this.#options = options;
    this.#jira = [...start.jira];
    this.#slack = [...start.slack];
    this.#second = [...start.second];
    this.#messages = start.messages;
    this.#keys = start.keys;
    this.#stuck = start.stuck;
  }

  get isDone(): boolean {
    return this.#jira.length + this.#slack.length + this.#second.length === 0;
  }

  get state(): DeskState {
    return {
      // What was begun may have been done.
      jira: this.#jira.map((work) =>
        work.do === 'file' ? { ...work, order: { ...work.order, filedBefore: true } } : work,
      ),
      slack: this.#slack,
      second: this.#second,
      messages: this.#messages,
      keys: this.#keys,
      ...(this.#stuck === undefined ? {} : { stuck: this.#stuck }),
    };
  }

  /** Who waits for long asks again; one order each is enough. */
  order(order: TicketOrder): void {
    const isSame = ({ replyTo, finding }: TicketOrder): boolean =>
      replyTo === order.replyTo && finding.runId === order.finding.runId;
    const known = this.#jira.some((work) => work.do === 'file' && isSame(work.order));
    if (!known) this.#jira.push({ do: 'file', order });
  }

  inJira(work: JiraWork): void {
    this.#jira.push(work);
  }

  inSlack(news: SlackNews): void {
    this.#slack.push(news);
    if (news.kind === 'finding-news' && news.secondChannel) this.#second.push(news);
  }

  /** @param patient - what could not be moved is tried again */
  look(patient = false): void {
    this.#lookWanted = true;
    if (patient) this.#stuck = undefined;
  }

  /** Works until told to stop; what is then under way stays in its queue. */
  async keepWorking(scope: CancellationScope, isStopping: () => boolean): Promise<void> {
    const keep = async (head: () => (() => Promise<void>) | undefined): Promise<void> => {
      for (;;) {
        await condition(() => isStopping() || head() !== undefined);
        const work = head();
        if (isStopping() || work === undefined) return;
        try {
          await scope.run(work);
        } catch (error) {
          if (isStopping() && isCancellation(error)) return;
          throw error;
        }
      }
    };
    await Promise.all([
      keep(() => this.#nextInJira()),
      keep(() => this.#nextNews(this.#slack, (address, notice) => this.#tellSlack(address, notice))),
      keep(() =>
        this.#nextNews(this.#second, async (address, notice) => {
          await this.#notify.deliverToSecondChannel({ address, notice });
        }),
      ),
    ]);
  }

  #nextNews<News extends Notice>(
    queue: News[],
    tell: (address: NoticeAddress, notice: News) => Promise<void>,
  ): (() => Promise<void>) | undefined {
    const [notice] = queue;
    const address = this.#options.address();
    if (notice === undefined || address === undefined) return undefined;
    return async () => {
      await tell(address, notice);
      queue.shift();
    };
  }

  async #tellSlack(address: NoticeAddress, notice: SlackNews): Promise<void> {
    // Looked for before it is said: a finding has little to say, and nobody waits for it.
    const { value } = await this.#notify.deliverToSlack({ address, notice, known: this.#messages, toldBefore: true });
    this.#messages = { ...this.#messages, ...value.messages };
  }

  #nextInJira(): (() => Promise<void>) | undefined {
    const [work] = this.#jira;
    const { view } = this.#options.recorder;
    if (work === undefined) return this.#lookWanted && view?.ticket !== undefined ? () => this.#look() : undefined;
    if (work.do === 'file')
      return async () => {
        await this.#file(work.order);
        this.#jira.shift();
      };
    // Where the ticket is gone, the one that is filed instead says it all.
    const key = (work.do === 'move' ? work.key : undefined) ?? view?.ticket?.key;
    return async () => {
      if (key !== undefined) await (work.do === 'say' ? this.#say(key, work) : this.#move(key, work));
      this.#jira.shift();
    };
  }

  async #file({ finding, ticket, simulated, filedBefore, replyTo }: TicketOrder): Promise<void> {
    const { recorder, onFiled } = this.#options;
    const { view } = recorder;
    const known = view?.ticket;
    if (view?.state === 'accepted' && known !== undefined) {
      const { key, url } = known;
      const text = recurredWhileAcceptedText(finding.runId, view.acceptance?.until ?? '');
      await this.#say(key, { id: `met-${finding.runId}`, text });
      await tellTicketFiled(replyTo, { fingerprint: finding.fingerprint, key, url, outcome: 'commented' });
      return;
    }
    const { value } = await this.#notify.fileTicket({ finding, ticket, simulated, knownKeys: this.#keys, filedBefore });
    const { ownerUnknown, ...filed } = value;
    this.#keys = [...new Set([...this.#keys, filed.key])].slice(-keysKept);
    if (known?.key !== filed.key) recorder.record({ type: 'ticket-filed', ...filed });
    onFiled(ownerUnknown === undefined ? {} : { ownerUnknown });
    await tellTicketFiled(replyTo, { fingerprint: finding.fingerprint, ...filed });
  }

  async #say(key: string, { id, text }: { readonly id: string; readonly text: string }): Promise<void> {
    const { value } = await this.#notify.sayOnTicket({ key, news: { id, text } });
    if (!value.said) this.#gone(key);
  }

  async #move(key: string, { id, move, text }: Extract<JiraWork, { do: 'move' }>): Promise<void> {
    const statusName = this.#options.setting()?.statuses[move];
    const to = move === 'reopened' ? 'open' : 'done';
    const news = { id, text };
    const { value } = await this.#notify.moveTicket({
      key,
      to,
      news,
      ...(statusName === undefined ? {} : { statusName }),
    });
    const { recorder } = this.#options;
    switch (value.outcome) {
      case 'gone':
        return this.#gone(key);
      case 'impossible': {
        this.leaveIt();
        recorder.record({ type: 'not-moved', key, why: value.why });
        this.inJira({ do: 'say', id: recorder.newestId, text: notMovedText(key, value.why) });
        return;
      }
      case 'moved':
      case 'already':
        if (recorder.view?.ticket?.key === key)
          recorder.record({ type: 'ticket-moved', key, status: value.status, isDone: value.isDone ?? to === 'done' });
    }
  }

  /** It stays where it is until it is looked at with patience. */
  leaveIt(): void {
    this.#stuck = this.#place();
  }

  #place(): string {
    const ticket = this.#options.recorder.view?.ticket;
    return `${ticket?.key ?? ''} ${ticket?.status ?? ''}`;
  }

  async #look(): Promise<void> {
    this.#lookWanted = false;
    const { recorder, onClosedByHand } = this.#options;
    const ticket = recorder.view?.ticket;
    if (ticket === undefined) return;
    const { value: seen } = await this.#notify.readTicket({ key: ticket.key });
    if (!seen.there) return this.#gone(ticket.key);
    if (seen.key !== ticket.key || seen.status !== ticket.status || seen.isDone !== ticket.isDone) {
      this.#keys = [...new Set([...this.#keys, seen.key])].slice(-keysKept);
      recorder.record({ type: 'ticket-moved', key: seen.key, status: seen.status, isDone: seen.isDone });
      if (seen.key !== ticket.key) this.#options.onRenamed();
    }
    if (!seen.isDone && patched('a second ticket of the same gap is closed')) await this.#closeDuplicates(seen.key);
    if (seen.isDone && recorder.view?.state === 'open' && this.#stuck !== this.#place()) onClosedByHand();
  }

  async #closeDuplicates(key: string): Promise<void> {
    const { recorder } = this.#options;
    const { fingerprint } = recorder.view?.finding ?? {};
    if (fingerprint === undefined) return;
    const { value } = await this.#notify.closeDuplicates({ fingerprint, key });
    for (const other of value.closed) recorder.record({ type: 'duplicate-closed', key: other });
  }

  /** A deleted ticket is filed anew: the gap is still there. */
  #gone(key: string): void {
    const { recorder } = this.#options;
    const { view } = recorder;
    if (view?.ticket?.key !== key || view.state === 'closed') return;
    recorder.record({ type: 'ticket-gone', key });
    const { finding, ticketRequest: ticket, simulated } = view;
    this.#jira.push({ do: 'file', order: { finding, ticket, simulated, replyTo: '', filedBefore: true } });
    this.#options.onFiledAnew();
  }
}
