/** Vite's: a page of docs/ as its text. */
declare module "*.md?raw" {
  const text: string;
  export default text;
}
