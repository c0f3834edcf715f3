import { slackActions } from './actions.ts';
import { button, message, section } from './limits.ts';
import type { SlackContent } from './limits.ts';

/** `/dr help`: buttons first, since most people use this twice a year; then everything that can be typed. */
export const helpMessage = (command: string): SlackContent =>
  message(helpText(command), [
    section('*firedrill* holds disaster-recovery drills, asks before it does, and proves the result.'),
    {
      type: 'actions',
      block_id: 'help',
      elements: [
        button({ action: slackActions.start, label: 'Start a run…', value: '-', style: 'primary' }),
        button({ action: slackActions.runs, label: 'What is running?', value: '-' }),
        button({ action: slackActions.mine, label: 'What do I owe?', value: '-' }),
        button({ action: slackActions.declare, label: 'Declare an incident…', value: '-' }),
        button({ action: slackActions.gap, label: 'Report a gap…', value: '-' }),
        button({ action: slackActions.stopAll, label: 'Stop all drills…', value: '-', style: 'danger' }),
      ],
    },
    section(helpText(command)),
  ]);

const helpText = (command: string): string =>
  [
    `• \`${command} start restore-test SERVICE [RESOURCE] [latest|oldest|random] [snapshot|pitr] [rehearse]\`  restores a backup for real into isolation and measures it; \`rehearse\` changes nothing`,
    `• \`${command} start documentation-review SERVICE\`  compares the recovery documents with what is, and asks the DR champion`,
    `• \`${command} start tabletop-exercise SCENARIO SERVICE [SERVICE…] [lead]\`  tells a disaster and lets people decide; with \`lead\` you are its facilitator. \`${command} start\` asks for all of this in a form`,
    `• \`${command} status [RUN]\`  what runs are doing`,
    `• \`${command} approve\`  what waits for your answer · \`approve RUN\` · \`reject RUN [reason…]\``,
    `• \`${command} mine\`  what waits for you, what you owe this quarter · \`${command} tickets\`  gaps in your name; both are on the Home tab of this app, too`,
    `• \`${command} finding TICKET\`  one gap and what you can do about it: say that it is remedied, accept its risk until a day, test it again`,
    `• \`${command} gap [SERVICE]\`  reports whatever would keep us from recovering; it becomes a ticket`,
    `• \`${command} declare [SERVICE]\`  declares an incident and halts the drills in its way · \`${command} handover [RUN]\`  gives its command to somebody else`,
    `• \`${command} pause RUN [reason…]\` · \`resume RUN\`  holds a run before its next step, and lets it go on`,
    `• \`${command} abort RUN [reason…]\`  stops a run; what it created is deleted`,
    `• \`${command} stop-all-drills [reason…]\`  stops every drill and lets none start · \`${command} release\`  lets drills start again`,
    'When Slack is down, the same works on the command line: `firedrill --help`',
  ].join('\n');
