/**
 * Which IP addresses are nobody's to reach from here, by the IANA registries of special-purpose
 * addresses (https://www.iana.org/assignments/iana-ipv4-special-registry, …-ipv6-…).
 *
 * A URL's host is canonical: the parser has turned `0x7f.1`, `2130706433`, `①②⑦.0.0.1` and `%31…`
 * into four decimals and every spelling of IPv6 into shortest hexadecimal groups.
 */

/** `[first address, bits of the prefix]`. */
const REFUSED_IPV4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // carrier-grade NAT; Alibaba's metadata
  ["127.0.0.0", 8], // loopback
  ["168.63.129.16", 32], // Azure's metadata, in the midst of public addresses
  ["169.254.0.0", 16], // link-local; metadata of AWS, Google, Azure and others
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments; Oracle's metadata
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16], // private
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, broadcast
];

/**
 * Global unicast is 2000::/3. Everything else is refused: unspecified, loopback, IPv4-mapped,
 * NAT64 (64:ff9b::/96), unique local with its metadata (fd00:ec2::254), link-local, multicast.
 */
const GLOBAL_UNICAST = ["2000::", 3] as const;
const REFUSED_IPV6: readonly (readonly [string, number])[] = [
  ["2001::", 23], // protocol assignments: Teredo, ORCHID
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4: an IPv4 address in disguise
  ["3fff::", 20], // documentation
];

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** Null for a name. `host` is a URL's `hostname`. */
export function ipKind(host: string): "loopback" | "refused" | "public" | null {
  if (host.startsWith("[")) {
    return ipv6Kind(host.slice(1, -1));
  }
  return IPV4.test(host) ? ipv4Kind(host) : null;
}

function ipv4Kind(address: string): "loopback" | "refused" | "public" {
  if (address.startsWith("127.")) {
    return "loopback";
  }
  const bits = ipv4Bits(address);
  return REFUSED_IPV4.some(([first, prefix]) => shares(bits, ipv4Bits(first), prefix))
    ? "refused"
    : "public";
}

function ipv6Kind(address: string): "loopback" | "refused" | "public" {
  if (address === "::1") {
    return "loopback";
  }
  const bits = ipv6Bits(address);
  const isGlobal = shares(bits, ipv6Bits(GLOBAL_UNICAST[0]), GLOBAL_UNICAST[1]);
  const isSpecial = REFUSED_IPV6.some(([first, prefix]) => shares(bits, ipv6Bits(first), prefix));
  return isGlobal && !isSpecial ? "public" : "refused";
}

function shares(a: string, b: string, prefix: number): boolean {
  return a.slice(0, prefix) === b.slice(0, prefix);
}

function ipv4Bits(address: string): string {
  return address
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
}

function ipv6Bits(address: string): string {
  const [head = "", tail] = address.split("::");
  const before = groupsOf(head);
  const after = groupsOf(tail ?? "");
  const gap = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...gap, ...after]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0"))
    .join("");
}

function groupsOf(text: string): string[] {
  return text === "" ? [] : text.split(":");
}
