import type { Command } from 'commander';
import type { Act } from './command.ts';

/** Commands of one file, and what the list of all says of them: a test holds it to what they say of themselves. */
export interface ListedCommands {
  readonly commands: Readonly<Record<string, string>>;
  readonly load: () => Promise<(act: Act) => Command | readonly Command[]>;
}

/**
 * Every command by the heading under which the list shows it. A command is loaded when it is named, and none for the list
 * itself: most of what they stand on is the clients of Temporal, the store and AWS, half a second of loading.
 */
export const commandList: Readonly<Record<string, readonly ListedCommands[]>> = {
  'Begin here:': [
    {
      commands: {
        demo: 'See it work: restores a real PostgreSQL database of an example company, on this machine, and proves it.',
      },
      load: async () => (await import('./commands/demo.ts')).demoCommand,
    },
    {
      commands: {
        up: 'Start everything on this machine: PostgreSQL, Temporal, sandbox, worker, source process, Slack app. Ctrl-C stops it all.',
      },
      load: async () => (await import('./commands/up.ts')).upCommand,
    },
    {
      commands: {
        doctor:
          'Check Temporal and its retention, AWS permissions, Slack scopes, Jira and its webhook, documents, store, second channel; says what to fix.',
      },
      load: async () => (await import('./commands/doctor.ts')).doctorCommand,
    },
  ],
  'Runs:': [
    {
      commands: {
        start:
          'Start a run. It asks for approval where the policy says so, and goes on whatever becomes of this terminal.',
      },
      load: async () => (await import('./commands/start.ts')).startCommand,
    },
    {
      commands: { status: 'What runs are doing; with a run, live until its verdict.' },
      load: async () => (await import('./commands/status.ts')).statusCommand,
    },
    {
      commands: { report: 'Everything about one run: summary, steps, checks, settings, decisions.' },
      load: async () => (await import('./commands/report.ts')).reportCommand,
    },
    {
      commands: { review: 'The facts of a documentation review; below it, answer them and sign off.' },
      load: async () => (await import('./commands/review.ts')).reviewCommand,
    },
    {
      commands: {
        approve: 'Approve what a run asks for.',
        reject: 'Say no to what a run asks for; a drill then ends as aborted.',
        withdraw: 'Take your approval back, while others are still missing.',
      },
      load: async () => (await import('./commands/decide.ts')).decideCommands,
    },
    {
      commands: {
        abort: 'Stop a run. What it created is deleted, and it ends as aborted.',
        pause: 'Hold a run before its next step. It counts, but its times are not comparable any more.',
        resume: 'Let a paused run go on.',
      },
      load: async () => (await import('./commands/decide.ts')).wholeRunCommands,
    },
    {
      commands: {
        exercise: 'Take part in a tabletop exercise, or lead it. Start one with: firedrill start tabletop-exercise',
      },
      load: async () => (await import('./commands/exercise.ts')).exerciseCommand,
    },
  ],
  'Incidents and gaps:': [
    {
      commands: {
        declare: 'Declare an incident: drills on the service and on all that it depends on are halted.',
        handover: 'Hand the command of an incident over; an incident commander or leadership may take it.',
        'correct-time': 'Correct when an incident began (T0) or was detected (T1). Both values stay on record.',
        'incident-over': 'Say that an incident is over: drills may start again, none resumes by itself.',
      },
      load: async () => (await import('./commands/incident.ts')).incidentCommands,
    },
    {
      commands: { gap: 'Report whatever would keep us from recovering. It becomes a finding with a ticket.' },
      load: async () => (await import('./commands/gap.ts')).gapCommand,
    },
  ],
  'Programme:': [
    {
      commands: { findings: 'Every gap that was found, its ticket, and what became of it.' },
      load: async () => (await import('./commands/findings.ts')).findingsCommand,
    },
    {
      commands: { finding: 'One finding: show it, attest that it is remedied, accept its risk, test it again.' },
      load: async () => (await import('./commands/finding.ts')).findingCommand,
    },
    {
      commands: { catalog: 'What is protected, and who answers for it.' },
      load: async () => (await import('./commands/catalog.ts')).catalogCommand,
    },
    {
      commands: {
        scenario: 'Scenarios for tabletop exercises: find one, read it, check your own, make a draft of an incident.',
      },
      load: async () => (await import('./commands/scenario.ts')).scenarioCommand,
    },
    {
      commands: { evidence: 'Evidence bundles.' },
      load: async () => (await import('./commands/evidence.ts')).evidenceCommand,
    },
    {
      commands: { keys: 'Keys of people and of evidence.' },
      load: async () => (await import('./commands/keys.ts')).keysCommand,
    },
    {
      commands: { people: 'Look who answers for a service and has left, by Slack and Jira; otherwise once a day.' },
      load: async () => (await import('./commands/people.ts')).peopleCommand,
    },
    {
      commands: {
        'stop-all-drills': 'Pull the kill switch: no drill starts, running ones stop and clean up.',
        release: 'Release the kill switch: drills may start again. Nothing that was stopped resumes.',
      },
      load: async () => (await import('./commands/decide.ts')).killSwitchCommands,
    },
    {
      commands: { sweep: 'Remove leftover copies of drills. Needs AWS and the catalog, and nothing else.' },
      load: async () => (await import('./commands/sweep.ts')).sweepCommand,
    },
  ],
  'Single processes:': [
    {
      commands: {
        worker: 'The worker process: does the work of runs. For production; `up` starts one by itself.',
        source:
          'The source process, in the production network: writes sentinels, takes baselines. `up` starts one by itself.',
        'jira-webhook':
          "Takes Jira's webhook (JIRA_WEBHOOK_SECRET), so that findings hear of their tickets at once. Without it a poll does.",
      },
      load: async () => (await import('./commands/processes.ts')).processCommands,
    },
    {
      commands: {
        sandbox:
          'Stand-ins for AWS, Slack, Jira, Confluence and a webhook on this machine. Everything in them is SIMULATED.',
      },
      load: async () => (await import('./commands/processes.ts')).sandboxCommand,
    },
  ],
};
