/** Of one chat. @param send What it sends by; `fetch` where nothing is said. */
export function cursor(send?: typeof fetch): typeof fetch;
