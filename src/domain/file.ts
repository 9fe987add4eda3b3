export interface StoredFile {
  id: string;
  projectId: string;
  projectNumber: number;
  name: string;
  mimeType: string;
  /** Bytes. */
  size: number;
  createdAtMs: number;
}
