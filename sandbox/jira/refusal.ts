/** What real Jira answers when it refuses: a status, messages for people, and messages by field. */
export class JiraRefusal extends Error {
  override readonly name = 'JiraRefusal';
  readonly status: number;
  readonly errorMessages: readonly string[];
  readonly errors: Readonly<Record<string, string>>;

  constructor(status: number, errorMessages: readonly string[], errors: Readonly<Record<string, string>> = {}) {
    super([...errorMessages, ...Object.entries(errors).map(([field, text]) => `${field}: ${text}`)].join('; '));
    this.status = status;
    this.errorMessages = errorMessages;
    this.errors = errors;
  }

  body(): { errorMessages: readonly string[]; errors: Readonly<Record<string, string>> } {
    return { errorMessages: this.errorMessages, errors: this.errors };
  }
}

export const notFound = (message: string): JiraRefusal => new JiraRefusal(404, [message]);
export const badRequest = (message: string): JiraRefusal => new JiraRefusal(400, [message]);
/** Refused because of fields; each field is named with its reason. */
export const badFields = (errors: Readonly<Record<string, string>>): JiraRefusal => new JiraRefusal(400, [], errors);
