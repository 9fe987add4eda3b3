/** What a bundler makes of a file of bytes. */
declare module "*.bin" {
  const bytes: ArrayBuffer;
  export default bytes;
}
