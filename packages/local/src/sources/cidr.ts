import { BlockList, isIP } from 'node:net';

/** A test for addresses in a block such as `10.0.0.0/24` or `2001:db8::/32`; undefined for what is no block. */
export function compileCidr(block: unknown): ((address: string) => boolean) | undefined {
  const [, network = '', length = ''] =
    /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(typeof block === 'string' ? block : '') ?? [];
  const version = isIP(network);
  if (version === 0 || Number(length) > (version === 4 ? 32 : 128)) return undefined;
  const blocks = new BlockList();
  blocks.addSubnet(network, Number(length), version === 4 ? 'ipv4' : 'ipv6');
  return (address) => {
    const given = isIP(address);
    return given === version && blocks.check(address, given === 4 ? 'ipv4' : 'ipv6');
  };
}
