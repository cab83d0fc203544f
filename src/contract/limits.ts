/** What a tab can hold, whatever its contract says. @module */

/**
 * The rows a tab can hold. Every row carries metadata of ours with a key of one character, and Google
 * allows 30,000 characters of keys and values a sheet; the rest is room for rows on their way out.
 */
export const ROWS_MAX = 25_000;
