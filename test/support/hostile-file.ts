export interface HostileFile {
  name: string;
  /** `size` is how often the thing is there. */
  make: (size: number) => Promise<Uint8Array>;
  /** The sizes that are tried. */
  sizes: readonly number[];
}

export const FEW = [10, 3000] as const;
export const MANY = [10, 100_000] as const;
export const VERY_MANY = [10, 1_000_000] as const;
