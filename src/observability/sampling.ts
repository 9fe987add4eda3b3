/** `LOG_SAMPLE`: which lines of requests and runs are written. Lines of errors do not pass through here. */

/** Unset or not readable: all of them. */
const DEFAULT_SHARE = 1;
const OFF = "off";

/**
 * @param setting `LOG_SAMPLE`: a share from 0 to 1 of the lines that are not `important`, or `off`.
 * @param important A reply of 500 or above, a run that failed: always written, but for `off`.
 * @param draw A number from 0 up to 1.
 */
export function isLogged(
  setting: string | undefined,
  important: boolean,
  draw: () => number = Math.random,
): boolean {
  const share = readShare(setting);
  return share !== null && (important || draw() < share);
}

/** Whether the setting is one that is understood. */
export function isShare(setting: string | undefined): boolean {
  return setting === undefined || setting === "" || setting === OFF || shareOf(setting) !== null;
}

/** Null: no line at all. */
function readShare(setting: string | undefined): number | null {
  return setting === OFF ? null : (shareOf(setting ?? "") ?? DEFAULT_SHARE);
}

function shareOf(text: string): number | null {
  const share = Number(text);
  return text.trim() !== "" && share >= 0 && share <= 1 ? share : null;
}
