/** The wire's prefixed ids; a bare id is accepted wherever a prefixed one is. */
const PREFIXES = {
  thread: ["thread_"],
  agent: ["agent_"],
  instance: ["instance_"],
  release: ["rel_"],
  /** The document's own samples say both. */
  actor: ["act_", "actor_"],
} as const;
type IdKind = keyof typeof PREFIXES;

export function toWireId(kind: IdKind, id: string): string {
  return `${PREFIXES[kind][0]}${id}`;
}

export function fromWireId(kind: IdKind, wireId: string): string {
  const prefix = PREFIXES[kind].find((candidate) => wireId.startsWith(candidate)) ?? "";
  return wireId.slice(prefix.length);
}
