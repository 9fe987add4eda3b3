/** Of a call that no session token may make. */
export const A_KEY = "a key: a session token may not make it";

/** What a refused call needs: a scope or a verb is a name without a space, all else says what it is. */
export function wordNeeds(needs: string): string {
  return needs.includes(" ") ? needs : `"${needs}", which the key or token does not list`;
}
