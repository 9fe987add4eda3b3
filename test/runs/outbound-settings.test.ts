import { describe, it } from "vitest";

import { outboundSettings } from "../../src/adapters/outbound-settings";
import { checkAddress } from "../../src/net/check-address";

describe("what a project may not reach", () => {
  it.for([
    "https://bobbin.example.com/api",
    "https://other.example.org/",
    "http://called.example.net/",
    "http://127.0.0.1:8787/",
    "http://localhost:8787/",
  ])("is the service itself, whatever host a call names: %s", (address, { expect }) => {
    const policy = outboundSettings(
      {
        ALLOW_LOOPBACK: "true",
        OWN_ORIGINS: "https://bobbin.example.com, https://other.example.org,http://127.0.0.1:8787,",
      },
      "called.example.net",
    );
    expect(() => checkAddress(address, policy)).toThrow("is this service itself");
    expect(checkAddress("http://127.0.0.1:9999/", policy).port).toBe("9999");
  });
});
