import type { ActionsBlock, Button } from '@slack/types';
import type { FindingOffer } from '../../domain/finding-acts.ts';
import { slackActions } from './actions.ts';
import type { FindingRef } from './actions.ts';
import { button, clip } from './limits.ts';

/** A finding as its buttons name it. */
interface Named {
  readonly fingerprint: string;
  readonly service: string;
}

const refOf = ({ fingerprint, service }: Named): FindingRef => ({ finding: fingerprint, service });

/** Shows one person everything about a finding, and what they can do about it. */
export const findingButton = (finding: Named): Button =>
  button({ action: slackActions.finding, label: 'Details', value: JSON.stringify(refOf(finding)) });

/** What can be done about a finding now; none where nothing can. */
export function offerButtons(finding: Named, offers: readonly FindingOffer[]): readonly Button[] {
  return offers.map((offer) => {
    switch (offer.kind) {
      case 'attest': {
        const { confirms } = offer;
        const ref: FindingRef = {
          ...refOf(finding),
          ...(confirms === undefined ? {} : { confirms: clip(confirms, 100) }),
        };
        const label = confirms === undefined ? 'It is remedied…' : 'Confirm that it is remedied…';
        return button({ action: slackActions.findingAttest, label, value: JSON.stringify(ref) });
      }
      case 'accept-risk': {
        const { until } = offer;
        const ref: FindingRef = { ...refOf(finding), ...(until === undefined ? {} : { until }) };
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
