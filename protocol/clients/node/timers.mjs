/** Timers of whatever length: JavaScript's end at once beyond 2^31 - 1 ms. */

const LONGEST = 2 ** 31 - 1;

/** @param {number} time in ms @param {() => void} act @returns {*} for `clearTimeout` */
export const after = (time, act) => setTimeout(act, Math.min(time, LONGEST));
