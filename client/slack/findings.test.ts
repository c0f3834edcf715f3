import { describe, expect, test } from 'vitest';
import { actAccepted, actRefused } from '../../domain/act.ts';
import { FindingActSchema, isObjection, judgeAct, offersOf } from '../../domain/finding-acts.ts';
import { foldRemediation } from '../../domain/remediation.ts';
import type { RemediationEvent, RemediationView } from '../../domain/remediation.ts';
import { openAct, publicKeyOf } from '../../domain/signing.ts';
import { exampleAddress, exampleFinding, exampleTicket } from '../../views/example-notices.ts';
import { slackActions } from '../../views/slack/actions.ts';
import { findingNewsMessage } from '../../views/slack/finding-news.ts';
import { unreachable } from './one-gate.ts';
import { appScene } from './sandbox-harness.ts';
import type { AppScene } from './sandbox-harness.ts';

/** What people do about a finding, through the real Bolt app; the finding itself is judged by the product's own rule. */

type Proof = RemediationView['finding']['proof'];
const attested: Proof = { kind: 'attested', sentence: 'The minutes of the next exercise show it.' };
const recheck: Proof = { kind: 'recheck', check: 'rpo', sentence: 'A new restore test whose RPO is met.' };
const evidence = 'https://wiki.example.com/dr/minutes';
const day = (fromNow: number): string => new Date(Date.now() + fromNow * 86_400_000).toISOString().slice(0, 10);

class OneFinding {
  view: RemediationView;
  constructor(proof: Proof) {
    const finding = { ...exampleFinding, proof };
    this.view = this.#after({ type: 'raised', finding, ticket: exampleTicket, simulated: true });
    this.view = this.#after({ type: 'ticket-filed', key: 'DR-7', url: 'https://j/browse/DR-7', outcome: 'created' });
  }
  #after(event: RemediationEvent): RemediationView {
    const next = foldRemediation(this.view, event, Date.now());
    if (next === undefined) throw new Error('nothing was raised');
    return next;
  }
  /** Behind the app from now on: judges what is signed for it, and is what the store shows. */
  standsBehind({ engine }: AppScene): void {
    engine.act = async (signed, target) => {
      await Promise.resolve();
      if (engine.away !== undefined) throw engine.away;
      const statement = openAct(signed, publicKeyOf('11'.repeat(32)));
      expect(statement.runId).toBe(`test/remediation/${exampleFinding.fingerprint}`);
      expect(target).toEqual({ runId: statement.runId, actId: statement.actId });
      engine.acts.push(statement);
      const act = FindingActSchema.parse(statement.act);
      const judged = judgeAct(act, { view: this.view, by: statement, nowMs: Date.now(), longestAcceptanceMs: 1e10 });
      if (isObjection(judged)) return actRefused(judged.code, judged.text);
      for (const event of judged.events) this.view = this.#after(event);
      if (judged.closes !== undefined) this.view = this.#after({ type: 'closed', how: 'attested', sentence: 's' });
      this.#show(engine);
      return actAccepted(judged.text);
    };
    this.#show(engine);
  }
  #show(engine: AppScene['engine']): void {
    const line = { fingerprint: exampleFinding.fingerprint, finding: this.view.finding, raisedAtMs: 1 };
    engine.known.splice(0, 1, { ...line, view: this.view });
  }
  /** Its news in the channel, with the buttons that apply now. */
  news = (scene: AppScene): Promise<string> =>
    scene.post(
      findingNewsMessage(exampleAddress, {
        kind: 'finding-news',
        number: 1,
        finding: this.view.finding,
        text: 'Still open.',
        broadcast: true,
        secondChannel: false,
        mention: [],
        offers: offersOf(this.view),
      }),
    );
}

async function sceneOf(proof: Proof): Promise<{ scene: AppScene; one: OneFinding }> {
  const scene = await appScene();
  // One message a second, as in Slack, would make these tests wait for nothing.
  const plenty = { perMinute: 60_000, burst: 10_000 };
  await scene.control('PUT', 'limits', { postMessage: plenty, postMessageWorkspace: plenty });
  const one = new OneFinding(proof);
  one.standsBehind(scene);
  return { scene, one };
}

/** Presses a button that opens a form, sends it, and answers what the person is told. */
async function fill(scene: AppScene, user: string, ts: string, action: string, values: object): Promise<string> {
  const before = (await scene.toldTo(user)).length;
  await scene.click(user, ts, action);
  await scene.submit(user, values);
  return await scene.nextTold(user, before + 1);
}
const attestation = { evidence: { url: evidence } };
const acceptance = (until: string): object => ({ until: { day: until }, reason: { text: 'Replaced in March.' } });

describe('that it is remedied', () => {
  test('is said by one person with a link, and confirmed by a second one, who sees whose word that is', async () => {
    const { scene, one } = await sceneOf(attested);
    await using _ = scene;
    const ts = await one.news(scene);
    expect(await fill(scene, 'U0JONAS', ts, slackActions.findingAttest, attestation)).toMatch(/second person/);
    expect(await fill(scene, 'U0JONAS', ts, slackActions.findingAttest, attestation)).toMatch(
      /^✖ It does not count\. You have said so already/,
    );
    await scene.click('U0PRIYA', await one.news(scene), slackActions.findingAttest);
    const { views } = (await scene.control('GET', 'views')) as { views: readonly object[] };
    // What it is about, what closes it, who said so and where to look.
    for (const part of ['Jonas Weber', exampleFinding.title.slice(0, 60), attested.sentence, evidence])
      expect(JSON.stringify(views)).toContain(part);
    await scene.submit('U0PRIYA', { ...attestation, comment: { text: 'I read them.' } });
    expect(await scene.nextTold('U0PRIYA')).toBe('✔ Confirmed: the finding is closed.');
    expect(scene.engine.acts.at(-1)).toMatchObject({
      act: { kind: 'attest', evidence, comment: 'I read them.' },
      personId: 'priya-raman',
      roles: ['dr-champion'],
    });
    // A button that is left over somewhere has its answer, too.
    expect(await fill(scene, 'U0PRIYA', ts, slackActions.findingAttest, attestation)).toMatch(/This finding is closed/);
  });

  test('of something that is no address stays open with the reason beside it', async () => {
    const { scene, one } = await sceneOf(attested);
    await using _ = scene;
    await scene.click('U0JONAS', await one.news(scene), slackActions.findingAttest);
    const answer = await scene.submit('U0JONAS', { evidence: { url: 'ftp://old.example.com/minutes' } });
    expect(answer).toMatchObject({ status: 'errors', errors: { evidence: expect.any(String) as string } });
    expect(scene.engine.acts).toEqual([]);
  });

  test('counts of nobody without a role for the service', async () => {
    const { scene, one } = await sceneOf(attested);
    await using _ = scene;
    const told = await fill(scene, 'U0SOFIA', await one.news(scene), slackActions.findingAttest, attestation);
    expect(told).toMatch(/✖ It does not count\. Sofia Marques holds no role for jira-cloud/);
  });
});

describe('a risk', () => {
  test('is accepted by an approver together with risk and compliance, whose form has the day that was said', async () => {
    const { scene, one } = await sceneOf(recheck);
    await using _ = scene;
    const until = day(30);
    const accept = slackActions.findingAccept;
    expect(await fill(scene, 'U0JONAS', await one.news(scene), accept, acceptance(until))).toMatch(
      /second person agrees with the same day \(risk-and-compliance\)/,
    );
    const again = await one.news(scene);
    expect(await fill(scene, 'U0PRIYA', again, accept, acceptance(until))).toMatch(/Priya Raman is neither/);
    // The day stands in it already, with whose it is and why.
    await scene.click('U0RUTH', again, accept);
    const { views } = (await scene.control('GET', 'views')) as { views: readonly object[] };
    for (const part of ['Jonas Weber', 'Replaced in March.']) expect(JSON.stringify(views)).toContain(part);
    await scene.submit('U0RUTH', { reason: { text: 'We looked.' } });
    expect(await scene.nextTold('U0RUTH')).toMatch(new RegExp(`✔ The risk is accepted until ${until}`));
    expect(one.view).toMatchObject({ state: 'accepted', acceptance: { until } });
  });

  test('without a reason stays open and says so', async () => {
    const { scene, one } = await sceneOf(recheck);
    await using _ = scene;
    await scene.click('U0JONAS', await one.news(scene), slackActions.findingAccept);
    const answer = await scene.submit('U0JONAS', { until: { day: day(30) }, reason: { text: '    ' } });
    expect(JSON.stringify(answer)).toContain('an auditor can follow');
    expect(scene.engine.acts).toEqual([]);
  });

  test('until a day that is over stays open with the reason beside the day', async () => {
    const { scene, one } = await sceneOf(recheck);
    await using _ = scene;
    await scene.click('U0JONAS', await one.news(scene), slackActions.findingAccept);
    const answer = await scene.submit('U0JONAS', acceptance(day(-2)));
    expect(answer).toMatchObject({ status: 'errors', errors: { until: expect.stringMatching(/is over/) as string } });
    expect(scene.engine.acts).toEqual([]);
  });

  test('until a day too far away is not accepted', async () => {
    const { scene, one } = await sceneOf(recheck);
    await using _ = scene;
    const told = await fill(scene, 'U0JONAS', await one.news(scene), slackActions.findingAccept, acceptance(day(1000)));
    expect(told).toMatch(/for \d+ days at most/);
  });
});

test('a finding that a run can prove is tested again by one click', async () => {
  const { scene, one } = await sceneOf(recheck);
  await using _ = scene;
  await scene.click('U0DANIEL', await one.news(scene), slackActions.findingRetest);
  expect(await scene.nextTold('U0DANIEL')).toBe('✔ It is looked at again.');
  expect(scene.engine.acts).toMatchObject([{ act: { kind: 'retest' }, personId: 'daniel-kim' }]);
});

test.each([
  ['U0STRANGER', /The catalog does not know you/, 'unknown-person'],
  ['U0HANNAH', /Guests of this workspace/, 'guest'],
])('%s is refused, and the attempt is kept', async (user, answer, code) => {
  const { scene, one } = await sceneOf(recheck);
  await using _ = scene;
  await scene.click(user, await one.news(scene), slackActions.findingRetest);
  expect(await scene.nextTold(user)).toMatch(answer);
  expect(scene.engine.acts).toEqual([]);
  expect(scene.engine.refused).toMatchObject([{ who: user, choice: 'retest', code }]);
});

describe('Details', () => {
  test('of a ticket in my list shows what closes it, with the buttons that apply now', async () => {
    const { scene } = await sceneOf(attested);
    await using _ = scene;
    const { fingerprint } = exampleFinding;
    scene.engine.tickets.push({
      fingerprint,
      key: 'DR-7',
      url: 'https://j/browse/DR-7',
      title: 't',
      service: 'jira-cloud',
    });
    await scene.openHome('U0JONAS', 'DR-7');
    await scene.clickHome('U0JONAS', slackActions.finding);
    await expect
      .poll(async () => (await scene.directMessages('U0JONAS')).join())
      .toContain('jira-cloud / issues-db: newest data');
    await scene.command('U0JONAS', 'finding DR-7');
    const shown = JSON.stringify(await scene.shownTo('U0JONAS'));
    for (const part of [attested.sentence, slackActions.findingAttest, slackActions.findingAccept, 'SIMULATED'])
      expect(shown).toContain(part);
    expect(shown).not.toContain(slackActions.findingRetest);
  });

  test('of a finding that there is not says where to look, and while the store is away that it is', async () => {
    const { scene } = await sceneOf(attested);
    await using _ = scene;
    expect(await scene.command('U0JONAS', 'finding DR-99')).toMatch(/knows no finding DR-99[\s\S]*\/dr tickets/);
    scene.engine.storeAway = unreachable('The store');
    expect(await scene.command('U0JONAS', 'finding DR-7')).toMatch(/The store does not answer/);
  });

  test('is for people of the catalog', async () => {
    const { scene } = await sceneOf(attested);
    await using _ = scene;
    expect(await scene.command('U0STRANGER', 'finding DR-7')).toMatch(/The catalog does not know you/);
  });
});
