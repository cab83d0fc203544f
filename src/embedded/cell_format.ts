/** Cell formats as they are stored and as they take effect. @module */

import { DEFAULT_FORMAT } from "./defaults.ts";
import type { Message } from "./messages.ts";

type Format = Message<"CellFormat">;
type Color = Message<"Color">;
type ColorStyle = Message<"ColorStyle">;

/** A colour stands twice in the API, the newer style wins: both of them, made to agree. */
export function bothColors(
  color: Color | undefined,
  style: ColorStyle | undefined,
): { color: Color; style: ColorStyle } | null {
  if (style?.rgbColor !== undefined) return { color: style.rgbColor, style };
  if (style?.themeColor !== undefined) return { color: color ?? {}, style };
  return color === undefined ? null : { color, style: { rgbColor: color } };
}

/** The format as it is kept: colours in both ways of writing, nothing empty. */
export function normalizeFormat(format: Format | undefined): Format | undefined {
  if (format === undefined || Object.keys(format).length === 0) return undefined;
  const background = bothColors(format.backgroundColor, format.backgroundColorStyle);
  const text = format.textFormat;
  const foreground = bothColors(text?.foregroundColor, text?.foregroundColorStyle);
  return {
    ...format,
    ...(background === null
      ? {}
      : { backgroundColor: background.color, backgroundColorStyle: background.style }),
    ...(text === undefined || foreground === null ? {} : {
      textFormat: {
        ...text,
        foregroundColor: foreground.color,
        foregroundColorStyle: foreground.style,
      },
    }),
  };
}

/** How a cell is in fact shown: its own format over the spreadsheet's. */
export function effectiveFormat(own: Format | undefined): Format {
  return {
    ...DEFAULT_FORMAT,
    ...own,
    textFormat: { ...DEFAULT_FORMAT.textFormat, ...own?.textFormat },
  };
}
