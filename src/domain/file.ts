/** A file as its row in D1 describes it. */
export interface StoredFile {
  id: string;
  projectId: string;
  projectNumber: number;
  name: string;
  mimeType: string;
  /** In bytes. */
  size: number;
  createdAtMs: number;
  /** The purpose that the client gave at the upload; null where it gave none. */
  purpose: string | null;
  /** The moment at which the file expires, in Unix milliseconds; null: it stays. */
  expiresAtMs: number | null;
}
