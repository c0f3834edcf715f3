import type { Role } from './gate.ts';
import { partOf } from './review.ts';
import type { FactAnswer, ReviewItem } from './review.ts';
import { answerableFor, answerTo, askedItems, championStandIn, progressOf } from './review-view.ts';
import type { ReviewProgress, ReviewView } from './review-view.ts';

/** A difference as a message shows it: short, and with the answer once there is one. */
export interface DifferenceLine extends Pick<ReviewItem, 'label' | 'stated' | 'known' | 'knownFrom' | 'outcome'> {
  readonly answer?: FactAnswer;
}

/** A review in one screen: the message that is edited in place. Bounded, however much there is to review. */
export interface ReviewNotice {
  /** `closed`: over without a sign-off. */
  readonly state: 'open' | 'signing' | 'signed-off' | 'closed';
  readonly documents: readonly {
    readonly title: string;
    readonly where: string;
    readonly version?: string;
    readonly hash: string;
    readonly facts: number;
  }[];
  readonly missing: readonly { readonly where: string; readonly what: string }[];
  /** The first of them; how many there are says `progress`. */
  readonly differences: readonly DifferenceLine[];
  readonly progress: ReviewProgress;
  readonly deadLinks: number;
  /** Facts that are not as they were in the last review; absent when there was none. */
  readonly changedSinceLast?: number;
  readonly champion: string;
  /** Who stands in for the champion, who has left. */
  readonly standIn?: string;
  /** Who is to answer now. */
  readonly answerable: string;
  readonly askedAtMs: number;
  readonly dueAtMs: number;
  readonly finalAtMs: number;
  /** Who is asked next, and when. */
  readonly escalations: readonly { readonly atMs: number; readonly roles: readonly Role[] }[];
  /** The last sign-off that did not count, and why; gone once another counts. */
  readonly voided?: string;
  readonly signedOff?: { readonly name: string; readonly atMs: number; readonly flags: readonly string[] };
}

const differencesShown = 12;
const documentsShown = 6;
/** A shortened address leads nowhere, so that of an ordinary page is kept whole. */
const addressMax = 300;

/** What people are told of a review; nothing before anybody was asked. @param over - the run takes no more answers */
export function reviewNotice(view: ReviewView, over: boolean): ReviewNotice | undefined {
  const { asked, signedOff } = view;
  if (asked === undefined) return undefined;
  const standIn = championStandIn(view);
  const voided = signedOff === undefined ? view.voidSignOffs.at(-1) : undefined;
  return {
    state: signedOff !== undefined ? 'signed-off' : over ? 'closed' : view.signing === undefined ? 'open' : 'signing',
    documents: view.documents.slice(0, documentsShown).map(({ title, where, version, hash, facts }) => ({
      title: short(title),
      where: where.length <= addressMax ? where : short(where),
      ...(version === undefined ? {} : { version: short(version) }),
      hash,
      facts,
    })),
    missing: view.missing
      .slice(0, documentsShown)
      .map(({ where, what }) => ({ where: short(where), what: short(what) })),
    differences: askedItems(view)
      .filter((item) => partOf(item) === 'difference')
      .slice(0, differencesShown)
      .map((item) => differenceLine(view, item)),
    progress: progressOf(view),
    deadLinks: view.links.filter(({ outcome }) => outcome === 'dead').length,
    ...(view.last === undefined ? {} : { changedSinceLast: view.last.differences.length }),
    champion: asked.champion.name,
    ...(standIn === undefined ? {} : { standIn: standIn.name }),
    answerable: answerableFor(view)?.name ?? asked.champion.name,
    askedAtMs: asked.atMs,
    dueAtMs: asked.dueAtMs,
    finalAtMs: asked.finalAtMs,
    escalations: asked.policy.escalations
      .filter(({ afterMs }) => afterMs < asked.policy.finalDeadlineMs)
      .map(({ afterMs, roles }) => ({ atMs: asked.atMs + afterMs, roles })),
    ...(voided === undefined ? {} : { voided: short(`${voided.by.name}: ${voided.text}`) }),
    ...(signedOff === undefined
      ? {}
      : {
          signedOff: {
            name: signedOff.by.name,
            atMs: signedOff.by.clickedAtMs,
            flags: signedOff.flags.map(({ text }) => text),
          },
        }),
  };
}

function differenceLine(view: ReviewView, item: ReviewItem): DifferenceLine {
  const { label, stated, known, knownFrom, outcome } = item;
  const answer = answerTo(view, item)?.answer;
  return {
    label: short(label),
    ...(stated === undefined ? {} : { stated: short(stated) }),
    ...(known === undefined ? {} : { known: short(known) }),
    ...(knownFrom === undefined ? {} : { knownFrom }),
    outcome,
    ...(answer === undefined ? {} : { answer }),
  };
}

/** For a line of a message; the form and the report have all of it. */
const short = (text: string): string => (text.length <= 120 ? text : `${text.slice(0, 119)}…`.toWellFormed());
