/** How numbers and dates are written in a spreadsheet's locale, as far as the embedded one knows. @module */

/** The writing of one locale. */
export interface Conventions {
  readonly decimal: "." | ",";
  readonly group: "," | "." | " " | "\u202f";
  /** In which order day and month stand in `1/2/2024`. */
  readonly dayFirst: boolean;
  /** The pattern of a date nobody gave a pattern. */
  readonly datePattern: string;
}

const COMMA_LANGUAGES = new Set([
  ..."bg cs da de el es fi fr hr hu it nb nl no pl pt ro ru sk sl sv tr uk vi".split(" "),
]);
const SPACE_GROUPS = new Set([..."bg cs fi fr hu nb no pl ru sk sv uk".split(" ")]);
const DOTTED_DATES = new Set([..."bg cs de fi hr nb no pl ro ru sk sl tr uk".split(" ")]);

/** The conventions of a locale such as `en_US` or `de_DE`. */
export function conventionsOf(locale: string): Conventions {
  const [language = "en"] = locale.split(/[_-]/);
  if (!COMMA_LANGUAGES.has(language)) {
    const isAmerican = locale === "en" || locale === "en_US";
    return {
      decimal: ".",
      group: ",",
      dayFirst: !isAmerican,
      datePattern: isAmerican ? "M/d/yyyy" : "dd/MM/yyyy",
    };
  }
  return {
    decimal: ",",
    group: language === "fr" ? "\u202f" : SPACE_GROUPS.has(language) ? " " : ".",
    dayFirst: true,
    datePattern: DOTTED_DATES.has(language) ? "dd.MM.yyyy" : "dd/MM/yyyy",
  };
}
