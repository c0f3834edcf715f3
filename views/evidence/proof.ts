import type { JournalBody } from '../../domain/journal-entry.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { code, facts, none, section, table, tag } from './parts.ts';
import { clock, resourceTag, stamp } from './words.ts';

/** The gaps found, each with what would close it. Tickets come after the seal and stand in the addenda. */
export const findingsSection = (run: RunProjection): Html =>
  section(
    'findings',
    'Findings',
    run.findings.length === 0
      ? none(run.judged === undefined ? 'None so far.' : 'None.')
      : run.findings.map(
          (finding) =>
            html`<article class="finding">
              <h3>
                ${tag({ text: `${finding.severity} severity`, tone: finding.severity === 'low' ? 'open' : 'bad' })}
                ${finding.title}
              </h3>
              ${facts([
                ['Found', finding.found],
                ['Why it matters', finding.matters],
                ['Look first at', finding.lookFirst],
                ['What closes it', html`<strong>${finding.proof.sentence}</strong>`],
                ['Fingerprint', html`${code(finding.fingerprint)} <small>${finding.check}, ${finding.cause}</small>`],
              ])}
            </article>`,
        ),
    run.findings.length > 0 &&
      html`<p class="note">Tickets are filed after the seal: their keys stand in addenda.jsonl of this bundle.</p>`,
  );

/** Everything the run meant to create, and how its end was proved. */
export const cleanupSection = (run: RunProjection): Html =>
  section(
    'cleanup',
    'Cleanup',
    run.resources.length === 0
      ? none('The run created nothing.')
      : table(
          ['Resource', 'Where', 'State', 'Proof'],
          run.resources.map((resource) => [
            html`${code(resource.arn ?? resource.name)}${resource.adopted === true && html` <small>adopted from an earlier attempt</small>`}`,
            `account ${resource.accountId}, ${resource.region}`,
            tag(resourceTag(resource.state)),
            resource.detail ?? '',
          ]),
        ),
  );

/** What went wrong on the way, whether or not it changed the verdict. */
export const problemsSection = (run: RunProjection): Html =>
  section(
    'problems',
    'Problems on the way',
    run.problems.length === 0
      ? none('None.')
      : table(
          ['UTC', 'Where', 'What happened', 'What it means'],
          run.problems.map(({ atMs, where, error }) => [
            stamp(atMs),
            where,
            html`<strong>${error.code}</strong> ${error.what}`,
            error.means,
          ]),
        ),
  );

/** Every call to AWS, to be matched with CloudTrail. */
export function awsCallsSection(run: RunProjection): Html {
  const calls = run.steps.flatMap((step) => step.awsCalls.map((call) => ({ step: step.name, ...call })));
  const callers = [...new Set(calls.map((call) => call.callerArn))];
  return section(
    'aws-calls',
    'Calls to AWS',
    calls.length === 0
      ? none('None.')
      : html`<p>${calls.length} calls; match them with CloudTrail by request id, time and caller.</p>
          <ol class="callers">
            ${callers.map((caller) => html`<li>${caller === undefined ? 'caller not known' : code(caller)}</li>`)}
          </ol>
          ${table(
            ['UTC', 'Step', 'Call', 'Region', 'Request id', 'Caller'],
            calls.map((call) => [
              clock(call.atMs),
              call.step,
              html`${call.service}:${call.operation}${call.error !== undefined && html` ${tag({ text: `✖ ${call.error}`, tone: 'bad' })}`}`,
              call.region,
              code(call.requestId),
              `no. ${callers.indexOf(call.callerArn) + 1}`,
            ]),
          )}`,
  );
}

/** How anybody can see that nothing of this was changed. */
export function chainSection(
  run: RunProjection,
  bodies: readonly JournalBody[],
  head: string,
  toolVersion: string,
): Html {
  return section(
    'chain',
    'How to verify this',
    html`<p>
      This page is one file of an evidence bundle and was made from its journal (${bodies.length} entries) alone. A page
      by itself proves nothing: verify the bundle, offline, with the public key of the installation from a source that
      you trust, not from the bundle.
    </p>`,
    html`<pre>firedrill evidence verify FOLDER --key PUBLIC-KEY-FILE</pre>`,
    html`<p>
      It checks the signature over manifest.json, the hash of every file that it lists (this page included), the hash
      chain of journal.jsonl from its first entry to the head below, and the signed addenda. docs/evidence.md says how
      to do the same with sha256sum and openssl.
    </p>`,
    facts([
      ['Head of the chain', code(head)],
      ['Entries', bodies.length],
      [
        'Sealed',
        run.sealed === undefined
          ? 'not sealed'
          : html`${run.sealed.count} entries before the seal, with head ${code(run.sealed.head)}`,
      ],
      ['Made by', `firedrill ${toolVersion}`],
    ]),
    html`<details>
      <summary>The journal’s ${bodies.length} entries in order</summary>
      ${table(
        ['No.', 'UTC (workflow time, orders only)', 'What happened'],
        bodies.map((body) => [body.number, stamp(body.atMs), body.event.type]),
      )}
    </details>`,
  );
}
