import type { ActionsBlock, Button } from '@slack/types';
import type { FindingOffer } from '../../domain/finding-acts.ts';
import type { Finding } from '../../domain/finding.ts';
import { slackActions } from './actions.ts';
import type { FindingRef } from './actions.ts';
import { button, clip } from './limits.ts';

/** A finding as its buttons name it. */
interface Named {
  readonly fingerprint: string;
  readonly service: string;
}

const refOf = ({ fingerprint, service }: Named): FindingRef => ({ finding: fingerprint, service });

/** A text as a button carries it: a value takes 2,000 characters, a quotation mark is two of them, a control character would be six. */
const carried = (text: string, max: number): string => clip(text.replaceAll(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim(), max);

/** Shows one person everything about a finding, and what they can do about it. */
export const findingButton = (finding: Named): Button =>
  button({ action: slackActions.finding, label: 'Details', value: JSON.stringify(refOf(finding)) });

/** What can be done about a finding now; none where nothing can. */
export function offerButtons(
  finding: Named & Pick<Finding, 'title'> & Partial<Pick<Finding, 'proof'>>,
  offers: readonly FindingOffer[],
): readonly Button[] {
  const asked: FindingRef = {
    ...refOf(finding),
    about: carried(finding.title, 150),
    ...(finding.proof && { closes: carried(finding.proof.sentence, 250) }),
  };
  return offers.map((offer) => {
    switch (offer.kind) {
      case 'attest': {
        const { confirms, evidence } = offer;
        const ref: FindingRef = {
          ...asked,
          ...(confirms === undefined ? {} : { confirms: carried(confirms, 80) }),
          // A part of an address leads nowhere.
          ...(evidence === undefined || carried(evidence, 250) !== evidence ? {} : { said: evidence }),
        };
        const label = confirms === undefined ? 'It is remedied…' : 'Confirm that it is remedied…';
        return button({ action: slackActions.findingAttest, label, value: JSON.stringify(ref) });
      }
      case 'accept-risk': {
        const { until, by, reason } = offer;
        const ref: FindingRef = {
          ...asked,
          ...(until === undefined ? {} : { until }),
          ...(by === undefined ? {} : { confirms: carried(by, 80) }),
          ...(reason === undefined ? {} : { said: carried(reason, 250) }),
        };
        const label = until === undefined ? 'Accept the risk…' : `Accept the risk until ${until}…`;
        return button({ action: slackActions.findingAccept, label, value: JSON.stringify(ref) });
      }
      case 'retest':
        return button({
          action: slackActions.findingRetest,
          label: 'Test it again',
          value: JSON.stringify(refOf(finding)),
        });
    }
  });
}

/** A row of them. */
export const findingActions = (elements: readonly Button[]): ActionsBlock => ({
  type: 'actions',
  block_id: 'finding',
  elements: [...elements],
});
