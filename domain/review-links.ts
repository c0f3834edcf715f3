import { sha256Hex } from './hex.ts';
import { reviewItem } from './review.ts';
import type { ProbedLink, ReviewItem } from './review.ts';

const kinds: Readonly<Record<ProbedLink['kind'], string>> = {
  link: 'the link',
  'email-domain': 'the mail domain',
  'slack-channel': 'the Slack channel',
  endpoint: 'the endpoint',
};

/** Between the document and what it points to, in the key of an item. */
const pointsTo = '#points-to:';

/** True for an item about something that a document points to; all others are about a fact that it states. */
export const isLinkItem = ({ key }: Pick<ReviewItem, 'key'>): boolean => key.includes(pointsTo);

/**
 * What a document points to and is not there, as people are asked about it: like a difference. What nobody could look at is
 * shown, and not asked: it says nothing about the document.
 */
export const deadLinkItems = (links: readonly ProbedLink[]): readonly ReviewItem[] =>
  links
    .filter(({ outcome }) => outcome === 'dead')
    .map(({ document, kind, target, detail }) =>
      reviewItem({
        key: `${document}${pointsTo}${kind}:${sha256Hex(target).slice(0, 12)}`,
        document,
        label: `${kinds[kind]} ${target.length <= 120 ? target : `${target.slice(0, 119)}…`.toWellFormed()}`,
        stated: target,
        known: 'not there',
        knownFrom: 'a look at it',
        outcome: 'different',
        // No tier asks for a link; one that is there has to lead somewhere.
        required: false,
        why: detail,
      }),
    );
