/** One thing that `firedrill doctor` looked at. */
export interface Examination {
  /** What was looked at, for people: `Slack scopes`, `rds:DescribeDBInstances`. */
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do; empty when it is fine. */
  readonly fix: string;
}
