/** What the real one answers when it refuses: `{ errors: [{ status, code, title, detail }] }`. */
export class ConfluenceRefusal extends Error {
  override readonly name = 'ConfluenceRefusal';
  readonly status: 400 | 401 | 403 | 404 | 409 | 415;
  readonly code: string;

  constructor(status: ConfluenceRefusal['status'], code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }

  body(): object {
    const title = titles[this.status];
    // A page that is not there is said without a word about why; so is one that may not be seen.
    const detail = this.status === 404 ? null : this.message;
    return { errors: [{ status: this.status, code: this.code, title, detail }] };
  }
}

const titles: Readonly<Record<ConfluenceRefusal['status'], string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  415: 'Unsupported Media Type',
};

export const notFound = (detail: string): ConfluenceRefusal => new ConfluenceRefusal(404, 'NOT_FOUND', detail);
export const badRequest = (detail: string): ConfluenceRefusal =>
  new ConfluenceRefusal(400, 'INVALID_REQUEST_PARAMETER', detail);
