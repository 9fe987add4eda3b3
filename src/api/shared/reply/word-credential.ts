import type { Credential } from "../../../domain/failure";

const NAMES: Readonly<Record<Credential, string>> = {
  key: "key",
  token: "session token",
  link: "link",
};

/** What is wrong with what a caller is known by, as "key is revoked": no article, no full stop. */
export function wordCredential(
  credential: Credential,
  reason: "unknown" | "expired" | "revoked",
): string {
  const name = NAMES[credential];
  if (reason !== "unknown") {
    return `${name} is ${reason}`;
  }
  return credential === "token"
    ? `${name} is not known: it claims too little, or no secret of this deployment has signed it`
    : `${name} is not known`;
}
