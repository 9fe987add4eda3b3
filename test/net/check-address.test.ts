import { describe, it } from "vitest";

import { checkAddress } from "../../src/net/check-address";

const PRODUCTION = { ownHosts: ["bobbin.example.com"], allowLoopback: false };
const DEVELOPMENT = { ownHosts: ["127.0.0.1:8787"], allowLoopback: true };

function why(address: string, policy = PRODUCTION): string | null {
  try {
    checkAddress(address, policy);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

describe("addresses of the public internet", () => {
  it.for([
    "https://example.com/a?b#c",
    "http://example.com:8080",
    "HTTPS://EXAMPLE.COM",
    "https://8.8.8.8/",
    "https://[2606:4700:4700::1111]/",
    "https://例え.jp/",
    "https://xn--r8jz45g.jp/",
    "https://100.63.0.1/",
    "https://172.32.0.1/",
    "https://11.0.0.1/",
    "https://internal.example.com/",
    "https://example.com./",
    "https://notbobbin.example.com/",
  ])("are let through: %s", (address, { expect }) => {
    expect(checkAddress(address, PRODUCTION).href).toBe(new URL(address).href);
  });
});

describe("loopback in all its spellings", () => {
  const spellings = [
    "http://127.0.0.1/",
    "http://127.0.0.1:8787/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.255.255.254/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.0.0.1./",
    "http://①②⑦.⓪.⓪.①/",
    "http://１２７.０.０.１/",
    "http://%31%32%37.0.0.1/",
    "http://127。0。0。1/",
    "http:\\\\127.0.0.1\\",
    "http:127.0.0.1",
    " http://127.0.0.1/ ",
    "ht\ntp://127.0.0.1/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[0000::0001]:80/",
    "http://localhost/",
    "http://LocalHost./",
    "http://ｌｏｃａｌｈｏｓｔ/",
    "http://anything.localhost/",
    "http://anything.localhost../",
  ];

  it.for(spellings)("is refused: %s", (address, { expect }) => {
    expect(why(address)).toContain(
      "is a loopback address; ALLOW_LOOPBACK=true lets a development server reach it.",
    );
  });

  it.for(spellings)(
    "is allowed where a developer has switched it on: %s",
    (address, { expect }) => {
      expect(why(address, { ...DEVELOPMENT, ownHosts: [] })).toBeNull();
    },
  );
});

describe("addresses that only a local network answers", () => {
  const addresses = [
    "http://0/",
    "http://0.0.0.0/",
    "http://10.1.2.3/",
    "http://100.64.0.1/",
    "http://100.100.100.200/latest/meta-data/",
    "http://168.63.129.16/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://2852039166/",
    "http://0251.0376.0251.0376/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.0.0.192/",
    "http://192.168.1.1/",
    "http://192.168.257/",
    "http://198.19.0.1/",
    "http://203.0.113.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[2001:db8::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fc00::1]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://metadata/",
    "http://router/",
    "http://printer.local/",
    "http://nas.home.arpa/",
    "http://METADATA.GOOGLE.INTERNAL./",
    "http://db.localdomain/",
    "http://localhost.localdomain/",
    "http://api.default.svc/",
    "http://api.default.svc.cluster/",
    "http://api.default.svc.cluster.local/",
    "http://db.service.consul/",
    "http://host.docker.internal/",
    "http://1.0.0.127.in-addr.arpa/",
    "http://nas.private./",
  ];

  it.for(addresses)("are refused: %s", (address, { expect }) => {
    expect(why(address)).toContain("is not on the public internet");
  });

  it.for(addresses)("stay refused where loopback is allowed: %s", (address, { expect }) => {
    expect(why(address, DEVELOPMENT)).toContain("is not on the public internet");
  });
});

describe("the Worker's own address", () => {
  it.for([
    "https://bobbin.example.com/api/sdk",
    "http://bobbin.example.com:8080/",
    "https://BOBBIN.example.COM./",
    "https://bobbin%2Eexample.com/",
    "https://ｂobbin.example.com/",
  ])("is refused: %s", (address, { expect }) => {
    expect(why(address)).toContain("is this service itself");
  });

  it.for([
    "http://127.0.0.1:8787/",
    "http://localhost:8787/",
    "http://[::1]:8787/",
    "http://2130706433:8787",
  ])("is refused on loopback by any of loopback's names: %s", (address, { expect }) => {
    expect(why(address, DEVELOPMENT)).toContain("is this service itself");
  });

  it("leaves the other ports of loopback to the developer", ({ expect }) => {
    expect(why("http://127.0.0.1:9999/", DEVELOPMENT)).toBeNull();
  });

  it("compares a default port as what it is", ({ expect }) => {
    const policy = { ownHosts: ["bobbin.example.com:443"], allowLoopback: false };
    expect(why("https://bobbin.example.com/", policy)).toContain("is this service itself");
    expect(why("http://bobbin.example.com/", policy)).toBeNull();
  });
});

describe("other addresses", () => {
  it.for([
    ["ftp://example.com/", "is neither http nor https"],
    ["file:///etc/passwd", "is neither http nor https"],
    ["data:text/plain,hi", "is neither http nor https"],
    ["javascript:alert(1)", "is neither http nor https"],
    ["blob:https://example.com/1", "is neither http nor https"],
    ["https://user@example.com/", "user name"],
    ["https://:secret@example.com/", "user name"],
    ["http://example.com@127.0.0.1/", "user name"],
    ["/relative", "no absolute address"],
    ["example.com", "no absolute address"],
    ["", "no absolute address"],
    ["http://", "no absolute address"],
    ["http://[::1", "no absolute address"],
    ["http://1.2.3.4.5/", "no absolute address"],
    ["http://256.1.1.1/", "no absolute address"],
  ])("are refused with their reason: %s", ([address, reason], { expect }) => {
    expect(why(address ?? "")).toContain(reason);
  });

  it("are refused beyond the length that servers take", ({ expect }) => {
    expect(why(`https://example.com/${"a".repeat(8192)}`)).toContain("longer than 8192 characters");
  });

  it("are told without query and credentials", ({ expect }) => {
    const message = why("https://user:secret@127.0.0.1/path?token=secret#secret");
    expect(message).toContain("/path");
    expect(message).not.toContain("secret");
  });
});
