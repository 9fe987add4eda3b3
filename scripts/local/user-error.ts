/** A mistake that its message explains: commands print it without a stack. */
export class UserError extends Error {
  override name = "UserError";
}
