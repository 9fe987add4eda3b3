/**
 * Rowids of an index that many owners share, as SQL: the owner's number stands in the upper bits and
 * the row's own in the lower 32, so that an owner's rows lie together and in their order.
 */
const OWN_BITS = 32;
const OWN_MAX = 2 ** OWN_BITS - 1;

/** The first that the owner can have, and what all of its are counted from. */
export function firstRowidOf(owner: string): string {
  return `(${owner} << ${OWN_BITS})`;
}

export function lastRowidOf(owner: string): string {
  return `((${owner} << ${OWN_BITS}) + ${OWN_MAX})`;
}

/** As `ownerOf`, of a rowid that was read. */
export function ownerOfRowid(rowid: number): number {
  return Math.floor(rowid / 2 ** OWN_BITS);
}

/** The row's own number among its owner's. */
export function ownPartOf(rowid: string): string {
  return `(${rowid} & ${OWN_MAX})`;
}

/** The owner's number. */
export function ownerOf(rowid: string): string {
  return `(${rowid} >> ${OWN_BITS})`;
}
