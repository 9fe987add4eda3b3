import { ActionFailure } from "../action-failure";

export interface AddressPolicy {
  /** Host names (with or without port) under which the Worker itself is reached. */
  ownHosts: readonly string[];
  /** Development only: 127.0.0.0/8, ::1 and `localhost` are allowed. */
  allowLoopback: boolean;
}

/** The address as it may be fetched; throws ActionFailure `address_refused` saying why not. */
export function checkAddress(address: string, _policy: AddressPolicy): URL {
  throw new ActionFailure("address_refused", `${address}: this build reaches no address.`);
}
