import { BlockList, isIP } from 'node:net';

/** True when two address ranges (`10.0.0.0/24`, `fd00::/8`) share an address. Ranges of different families never do. */
export function cidrsOverlap(one: string, other: string): boolean {
  const a = parse(one);
  const b = parse(other);
  if (a === undefined || b === undefined) return true; // what cannot be read is taken for the worst
  if (a.family !== b.family) return false;
  // Ranges nest or are apart: they overlap when the wider one holds the start of the narrower one.
  const [wide, narrow] = a.prefix <= b.prefix ? [a, b] : [b, a];
  const list = new BlockList();
  list.addSubnet(wide.address, wide.prefix, wide.family);
  return list.check(narrow.address, narrow.family);
}

function parse(cidr: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', bits = ''] = cidr.split('/');
  const version = isIP(address);
  const prefix = Number(bits);
  if (version === 0 || bits === '' || !Number.isInteger(prefix) || prefix < 0 || prefix > (version === 4 ? 32 : 128))
    return undefined;
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}
