export interface StoredFile {
  id: string;
  projectId: string;
  projectNumber: number;
  name: string;
  mimeType: string;
  /** Bytes. */
  size: number;
  createdAtMs: number;
  /** What it was uploaded for, as its client said; null where it did not. */
  purpose: string | null;
  /** From then on the file is not there any more; null: it stays. */
  expiresAtMs: number | null;
}
