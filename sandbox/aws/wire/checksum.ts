import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The checksum algorithms of S3 that the sandbox computes itself, by the name that the API uses. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256' | 'SHA512' | 'MD5';

export const checksumAlgorithms: readonly ChecksumAlgorithm[] = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
];

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** Base64 of the big-endian checksum, as S3 writes it. */
export function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): string {
  switch (algorithm) {
    case 'CRC32':
      return base64Of32(crc32(bytes));
    case 'CRC32C':
      return base64Of32(crc32c(bytes));
    case 'CRC64NVME':
      return crc64nvme(bytes);
    case 'SHA1':
    case 'SHA256':
    case 'SHA512':
    case 'MD5':
      return createHash(algorithm.toLowerCase()).update(bytes).digest('base64');
  }
}

function base64Of32(value: number): string {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value >>> 0);
  return buffer.toString('base64');
}

const castagnoli = 0x82f63b78;
const crc32cTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ castagnoli : value >>> 1;
  return value >>> 0;
});

function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crc32cTable[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

// CRC-64/NVME, reflected polynomial 0x9a6c9329ac4bc9b5, in two halves: BigInt arithmetic per byte would be a hundred times slower.
const nvmeHigh = 0x9a6c9329;
const nvmeLow = 0xac4bc9b5;
const highTable = new Uint32Array(256);
const lowTable = new Uint32Array(256);
for (let index = 0; index < 256; index += 1) {
  let high = 0;
  let low = index;
  for (let bit = 0; bit < 8; bit += 1) {
    const carry = low & 1;
    low = (low >>> 1) | ((high & 1) << 31);
    high >>>= 1;
    if (carry) {
      low ^= nvmeLow;
      high ^= nvmeHigh;
    }
  }
  highTable[index] = high;
  lowTable[index] = low;
}

function crc64nvme(bytes: Uint8Array): string {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (lowTable[index] ?? 0);
    high = (high >>> 8) ^ (highTable[index] ?? 0);
  }
  const buffer = Buffer.alloc(8);
  buffer.writeUInt32BE(~high >>> 0, 0);
  buffer.writeUInt32BE(~low >>> 0, 4);
  return buffer.toString('base64');
}
