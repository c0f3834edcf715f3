/** One frame of HTTP/2. */
interface Frame {
  readonly type: number;
  /** Which call it belongs to; 0 is talk of the connection itself. */
  readonly stream: number;
  readonly payload: Buffer;
}

const headers = 1;
const headerBytes = 9;
/** What a client says before its first frame. */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Cuts one direction of a connection into its frames, however the bytes come. */
export class Http2Frames {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that these bytes complete. */
  push(bytes: Buffer): readonly Frame[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    if (this.#rest.subarray(0, preface.length).equals(preface)) this.#rest = this.#rest.subarray(preface.length);
    const frames: Frame[] = [];
    while (this.#rest.length >= headerBytes) {
      const end = headerBytes + this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < end) break;
      frames.push({
        type: this.#rest[3] ?? 0,
        stream: this.#rest.readUInt32BE(5) & 0x7f_ff_ff_ff,
        payload: this.#rest.subarray(headerBytes, end),
      });
      this.#rest = this.#rest.subarray(end);
    }
    return frames;
  }
}

/** Whether a frame begins the answer of a call. */
export const beginsAnswer = ({ type, stream }: Frame, call: number): boolean => type === headers && stream === call;
