import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebClient } from '@slack/web-api';
// Tests meet the stand-in here and nowhere else; the product reaches it only through the network.
// oxlint-disable-next-line no-restricted-imports
import { startSlackSandbox } from '../../sandbox/slack/server.ts';
import { loadCatalog } from '../../catalog/load.ts';
import { loadLibrary } from '../../runbooks/tabletop-exercise/library.ts';
import { actAccepted, actRefused } from '../../domain/act.ts';
import type { ActStatement } from '../../domain/act.ts';
import { applyDecision, openGate } from '../../domain/decide.ts';
import { FiredrillError } from '../../domain/errors.ts';
import type { DecisionStatement, GateState, OpenGate } from '../../domain/gate.ts';
import { openAct, openSigned, publicKeyOf } from '../../domain/signing.ts';
import { exampleGate, exampleRunId, exampleStatus } from '../../views/example-notices.ts';
import { openGateMessage } from '../../views/slack/gate-message.ts';
import type { SlackContent } from '../../views/slack/limits.ts';
import { runMessage } from '../../views/slack/run-message.ts';
import { createSlackApp } from './app.ts';
import type { SlackApp, SlackReach } from './app.ts';
import type { Finding } from '../../domain/finding.ts';
import { gapFinding } from '../../domain/gap.ts';
import type { PastRun } from '../../domain/obligation.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import type { TicketLine } from '../../store/read-services.ts';
import type { FindingLine } from '../../store/remediations.ts';
import type { Engine, RefusedAttempt } from './engine.ts';

const signerKey = '11'.repeat(32);
export const exampleExerciseId = 'tabletop-exercise/jira-cloud/-/manual-20261128T150000Z-9f3a';
export const exampleIncidentId = 'incident/jira-cloud/-/manual-20261128T150000Z-9f3a';

export const channel = 'C0JIRACLOUD';

/** People of the example catalog as Slack has them, and some whom the catalog or Slack does not want to decide. */
const workspace = {
  users: [
    { id: 'U0JONAS', name: 'jonas', real_name: 'Jonas Weber' },
    { id: 'U0PRIYA', name: 'priya', real_name: 'Priya Raman' },
    { id: 'U0LIN', name: 'lin', real_name: 'Lin Zhao' },
    { id: 'U0DANIEL', name: 'daniel', real_name: 'Daniel Kim' },
    { id: 'U0TOMAS', name: 'tomas', real_name: 'Tomas Novak' },
    { id: 'U0RUTH', name: 'ruth', real_name: 'Ruth Adeyemi' },
    { id: 'U0SOFIA', name: 'sofia', real_name: 'Sofia Marques' },
    { id: 'U0HANNAH', name: 'hannah', real_name: 'Hannah Lindqvist', is_restricted: true },
    { id: 'U0STRANGER', name: 'stranger', real_name: 'Sam Stranger' },
  ],
  channels: [{ id: channel, name: 'jira-cloud-dr' }],
  usergroups: [{ id: 'S0COMMANDERS', handle: 'commanders', name: 'Commanders', users: ['U0TOMAS'] }],
};

/**
 * What stands behind the app in these tests: one gate in memory, judged by the product's own rules and signatures. It can
 * be slow, or away.
 */
export class OneGate implements Engine {
  state: GateState;
  readonly statements: DecisionStatement[] = [];
  readonly acts: ActStatement[] = [];
  readonly refused: RefusedAttempt[] = [];
  readonly started: Parameters<Engine['start']>[0][] = [];
  delayMs = 0;
  storeDelayMs = 0;
  away: FiredrillError | undefined;
  /** As `away`, but what is started or declared has happened, and only its answer is lost. */
  answerLost: FiredrillError | undefined;
  storeAway: FiredrillError | undefined;
  over = false;

  constructor(gate: OpenGate) {
    this.state = openGate(gate);
  }

  catalog: Engine['catalog'] = () => loadCatalog('examples/catalog.yaml');

  decide: Engine['decide'] = async (signed, target) => {
    await this.#answerAtAll();
    if (this.over || target.runId !== exampleRunId)
      return {
        outcome: 'refused',
        code: 'run-over',
        text: 'This run is over, or there is no such run; the decision came too late.',
      };
    const statement = openSigned(signed, publicKeyOf(signerKey));
    this.statements.push(statement);
    if (!['approve', 'reject', 'withdraw'].includes(statement.choice))
      return { outcome: 'accepted', gate: 'rejected', approvals: 0, needed: 0, text: `Done: ${statement.choice}.` };
    const { state, answer } = applyDecision(this.state, {
      ...statement,
      via: signed.via,
      receivedAtMs: statement.clickedAtMs,
    });
    this.state = state;
    return answer;
  };

  /** Everything that anybody did counts. */
  act: Engine['act'] = async (signed, target) => {
    await this.#answerAtAll();
    if (this.over) return actRefused('run-over', 'This run is over; it came too late.');
    const statement = openAct(signed, publicKeyOf(signerKey));
    if (statement.runId !== target.runId || statement.actId !== target.actId)
      throw new Error('The act is not what was announced.');
    this.acts.push(statement);
    return actAccepted('Recorded.');
  };

  changeKillSwitch: Engine['changeKillSwitch'] = async (signed) => {
    await this.#answerAtAll();
    this.statements.push(openSigned(signed, publicKeyOf(signerKey)));
    return { outcome: 'accepted', gate: 'approved', approvals: 1, needed: 1, text: 'All drills are stopped.' };
  };

  start: Engine['start'] = async (request) => {
    await this.#answerAtAll();
    this.started.push(request);
    if (this.answerLost !== undefined) throw this.answerLost;
    return { runId: exampleRunId, simulated: true };
  };

  readonly declared: Parameters<Engine['declare']>[0][] = [];
  declare: Engine['declare'] = async (request) => {
    await this.#answerAtAll();
    this.declared.push(request);
    if (this.answerLost !== undefined) throw this.answerLost;
    return { runId: exampleIncidentId, simulated: true };
  };

  readonly gaps: Finding[] = [];
  reportGap: Engine['reportGap'] = async (report) => {
    await this.#answerAtAll();
    const finding = gapFinding(report);
    this.gaps.push(finding);
    return finding;
  };

  readonly reviews: Parameters<Engine['startReview']>[0][] = [];
  startReview: Engine['startReview'] = async (request) => {
    await this.#answerAtAll();
    this.reviews.push(request);
    return { runId: 'documentation-review/jira-cloud/-/2026Q4', simulated: true };
  };

  readonly exercises: Parameters<Engine['startExercise']>[0][] = [];
  startExercise: Engine['startExercise'] = async (request) => {
    await this.#answerAtAll();
    this.exercises.push(request);
    return { runId: exampleExerciseId, simulated: true };
  };
  scenarios: Engine['scenarios'] = async () => (await loadLibrary([])).map(({ scenario }) => scenario);

  running: Engine['running'] = async () => {
    await this.#answerAtAll();
    return [exampleRunId];
  };

  /** What the store has of the run; nothing when the test says nothing. */
  projection: RunProjection | undefined;

  run: Engine['run'] = async () => {
    await sleep(this.storeDelayMs);
    if (this.storeAway !== undefined) throw this.storeAway;
    const { projection } = this;
    return projection && { runId: projection.runId, executionId: projection.executionId, projection, tickets: [] };
  };

  openRuns: Engine['openRuns'] = async () => {
    await sleep(this.storeDelayMs);
    if (this.storeAway !== undefined) throw this.storeAway;
    return this.projection === undefined ? [] : [this.projection];
  };

  newestRuns: Engine['newestRuns'] = () =>
    this.storeAway === undefined
      ? Promise.resolve([
          {
            runId: exampleRunId,
            runbook: 'restore-test',
            service: 'jira-cloud',
            resource: 'issues-db',
            mode: 'drill',
            simulated: true,
            state: 'restoring',
            openedAtMs: Date.now() - 60_000,
          },
        ])
      : Promise.reject(this.storeAway);

  readonly past: PastRun[] = [];
  readonly tickets: TicketLine[] = [];

  runsBetween: Engine['runsBetween'] = async () => {
    if (this.storeAway !== undefined) throw this.storeAway;
    return await Promise.resolve(this.past);
  };

  ticketsOf: Engine['ticketsOf'] = async (services) => {
    if (this.storeAway !== undefined) throw this.storeAway;
    return await Promise.resolve(this.tickets.filter(({ service }) => services.includes(service)));
  };

  /** What the store has of findings. */
  readonly known: FindingLine[] = [];

  findings: Engine['findings'] = async (id) => {
    await sleep(this.storeDelayMs);
    if (this.storeAway !== undefined) throw this.storeAway;
    return this.known.filter(({ fingerprint, view }) => fingerprint.startsWith(id) || view?.ticket?.key === id);
  };

  findingsToConfirm: Engine['findingsToConfirm'] = async () => {
    if (this.storeAway !== undefined) throw this.storeAway;
    return await Promise.resolve(this.known.flatMap(({ view }) => view ?? []));
  };

  findingRunId: Engine['findingRunId'] = (fingerprint) => `test/remediation/${fingerprint}`;

  keepRefused: Engine['keepRefused'] = async (attempt) => {
    if (this.storeAway !== undefined) throw this.storeAway;
    await Promise.resolve();
    this.refused.push(attempt);
  };

  async #answerAtAll(): Promise<void> {
    await sleep(this.delayMs);
    if (this.away !== undefined) throw this.away;
  }
}

export const unreachable = (what: string): FiredrillError =>
  new FiredrillError({
    code: 'unreachable',
    kind: 'busy',
    what: `${what} does not answer.`,
    means: 'Runs go on.',
    next: 'Try again in a minute.',
  });

interface Told {
  readonly ts: string;
  readonly text: string;
  readonly ephemeral?: boolean;
  readonly visible_to?: string;
}

export interface AppScene extends AsyncDisposable {
  readonly engine: OneGate;
  readonly log: readonly string[];
  readonly url: string;
  /** Of the stand-in itself. */
  readonly sandboxUrl: string;
  readonly token: string;
  control(method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>>;
  /** Posts the open gate and answers its `ts`. */
  showGate(content?: SlackContent): Promise<string>;
  /** Posts a message and answers its `ts`. */
  post(content: SlackContent): Promise<string>;
  /** Types a command that opens a form; answers the form's id. */
  openForm(user: string, text: string): Promise<string>;
  /** Opens a menu of a form, types into it, and answers the values that are offered. */
  suggest(user: string, view: string, action: string, query: string): Promise<readonly string[]>;
  /** Until the form that is open has this in it. */
  formShows(text: string): Promise<void>;
  /** Fills in and sends the form that is open; values by block and action. */
  submit(user: string, values: object): Promise<unknown>;
  /** Opens the Home tab, and answers what is on it once it shows this. */
  openHome(user: string, shows: string): Promise<string>;
  /** What the app wrote to this person directly. */
  directMessages(user: string): Promise<readonly string[]>;
  /** Presses a button of the Home tab. */
  clickHome(user: string, action: string): Promise<unknown>;
  /** As `toldTo`, whole messages. */
  shownTo(user: string): Promise<readonly object[]>;
  click(user: string, ts: string, action: string): Promise<Readonly<Record<string, unknown>>>;
  /** Types a command and answers the first words that come back. */
  command(user: string, text: string, waitMs?: number): Promise<string>;
  /** Everything that only this person was told, oldest first. */
  toldTo(user: string): Promise<readonly string[]>;
  /** The first thing that this person is told from now on. */
  nextTold(user: string, count?: number): Promise<string>;
  /** Fills in the form that this person has open. */
  giveReason(user: string, reason: string): Promise<unknown>;
}

/** A real Bolt app, started, against a sandbox workspace of the example catalog's people. */
export async function appScene(
  options: {
    readonly gate?: Partial<OpenGate>;
    readonly reach?: (signingSecret: string) => SlackReach;
    readonly command?: string;
  } = {},
): Promise<AppScene> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'firedrill-slack-app-'));
  const sandbox = await startSlackSandbox({ port: 0, dataDir, instant: true });
  const token = 'xoxb-app';
  const log: string[] = [];
  const control: AppScene['control'] = async (method, place, body) => {
    const response = await fetch(`${sandbox.url}/_sandbox/${place}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Readonly<Record<string, unknown>>;
  };
  const command = options.command ?? '/dr';
  const setUp = (app: object = {}): Promise<unknown> =>
    control('PUT', 'workspace', { ...workspace, app: { commands: [command], events: ['app_home_opened'], ...app } });
  await setUp();
  const engine = new OneGate({ ...exampleGate, ...options.gate });
  const { app: setup } = (await control('GET', 'workspace')) as { app: { signingSecret: string } };
  const reach = options.reach?.(setup.signingSecret) ?? { kind: 'socket', appToken: 'xapp-app' };
  const app: SlackApp = createSlackApp({
    botToken: token,
    apiUrl: `${sandbox.url}/api`,
    reach,
    engine,
    signerKey,
    command,
    log: (level, message, facts) => log.push(`${level} ${message} ${JSON.stringify(facts ?? {})}`),
  });
  const { port } = await app.start();
  if (port !== undefined) {
    const address = `http://127.0.0.1:${port}/slack/events`;
    await setUp({ commandUrl: address, interactivityUrl: address });
  }
  const client = new WebClient(token, { slackApiUrl: `${sandbox.url}/api/`, retryConfig: { retries: 0 } });
  const openView = async (): Promise<string> => {
    for (let waitedMs = 0; waitedMs < 3000; waitedMs += 25) {
      const { views } = (await control('GET', 'views')) as { views: readonly { readonly id: string }[] };
      if (views[0] !== undefined) return views[0].id;
      await sleep(25);
    }
    throw new Error('no form opened');
  };
  const homeOf = async (user: string): Promise<{ readonly id: string } | undefined> => {
    const { homes } = (await control('GET', 'views')) as {
      homes: Readonly<Record<string, { readonly id: string; readonly user: string }>>;
    };
    return Object.values(homes).find((home) => home.user === user);
  };
  const toldTo = async (user: string): Promise<readonly string[]> => {
    const { messages } = (await control('GET', 'messages')) as { messages: readonly Told[] };
    return messages
      .filter((message) => message.ephemeral === true && message.visible_to === user)
      .map(({ text }) => text);
  };
  return {
    engine,
    log,
    url: port === undefined ? sandbox.url : `http://127.0.0.1:${port}/slack/events`,
    sandboxUrl: sandbox.url,
    token,
    control,
    async showGate(
      content = openGateMessage({
        heading: { runId: exampleRunId, service: 'jira-cloud', resource: 'issues-db', simulated: true, mode: 'drill' },
        gate: engine.state.gate,
        mention: [],
      }),
    ) {
      return (await client.chat.postMessage({ channel, ...content })).ts ?? '';
    },
    post: async (content) => (await client.chat.postMessage({ channel, ...content })).ts ?? '',
    async shownTo(user) {
      const { messages } = (await control('GET', 'messages')) as { messages: readonly Told[] };
      return messages.filter((message) => message.ephemeral === true && message.visible_to === user);
    },
    async openHome(user, shows) {
      await control('POST', 'act/open-home', { user });
      for (let waitedMs = 0; waitedMs < 8000; waitedMs += 25) {
        const shown = JSON.stringify(await homeOf(user));
        if (shown?.includes(shows)) return shown;
        await sleep(25);
      }
      throw new Error(`the Home tab of ${user} does not show ${shows}: ${JSON.stringify(await homeOf(user))}`);
    },
    async directMessages(user) {
      const { channel: im } = (await control('POST', 'act/open-home', { user, tab: 'messages' })) as {
        channel: string;
      };
      const { messages } = (await control('GET', `messages?channel=${im}&as=${user}`)) as {
        messages: readonly Told[];
      };
      return messages.map(({ text }) => text);
    },
    async clickHome(user, action_id) {
      return await control('POST', 'act/click', { user, view_id: (await homeOf(user))?.id, action_id });
    },
    async openForm(user, text) {
      await control('POST', 'act/command', { user, channel, command, text, waitMs: 0 });
      return await openView();
    },
    async suggest(user, view_id, action_id, query) {
      const { suggestions } = (await control('POST', 'act/suggest', { user, view_id, action_id, query })) as {
        suggestions: { readonly options?: readonly { readonly value: string }[] };
      };
      return (suggestions.options ?? []).map(({ value }) => value);
    },
    async formShows(text) {
      for (let waitedMs = 0; waitedMs < 3000; waitedMs += 25) {
        if (JSON.stringify(await control('GET', 'views')).includes(text)) return;
        await sleep(25);
      }
      throw new Error(`the form does not show ${text}`);
    },
    async submit(user, values) {
      const view_id = await openView();
      return await control('POST', 'act/submit', { user, view_id, values });
    },
    click: (user, ts, action) => control('POST', 'act/click', { user, channel, ts, action_id: action }),
    async command(user, text, waitMs = 5000) {
      const { status, error, replies } = (await control('POST', 'act/command', {
        user,
        channel,
        command,
        text,
        waitMs,
      })) as { status: string; error?: string; replies: readonly Told[] };
      if (status !== 'ok') throw new Error(`the command failed: ${error ?? status}`);
      return replies[0]?.text ?? '';
    },
    toldTo,
    async nextTold(user, count = 1) {
      const before = (await toldTo(user)).length;
      for (let waitedMs = 0; waitedMs < 8000; waitedMs += 25) {
        const told = await toldTo(user);
        if (told.length >= Math.max(before, count)) return told[count - 1] ?? '';
        await sleep(25);
      }
      throw new Error(`${user} was told nothing`);
    },
    async giveReason(user, reason) {
      const view_id = await openView();
      return await control('POST', 'act/submit', { user, view_id, values: { reason: { text: reason } } });
    },
    async [Symbol.asyncDispose]() {
      await app.stop();
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The message of an open incident. */
export const incidentIn = (scene: AppScene): Promise<string> =>
  scene.post(
    runMessage({
      heading: { runId: exampleIncidentId, service: 'jira-cloud', resource: '-', simulated: true, mode: 'real' },
      status: exampleStatus(1, 'running', {
        incident: {
          title: 'Issues cannot be read',
          commander: 'Hannah Lindqvist',
          beganMs: 1000,
          detectedMs: 2000,
          services: ['jira-cloud', 'identity'],
        },
      }),
      findings: [],
    }),
  );
