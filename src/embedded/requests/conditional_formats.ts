/** Requests about conditional formats. @module */

import type { Sheet } from "../book.ts";
import type { Edit } from "../edit.ts";
import { invalid } from "../errors.ts";
import type { Message } from "../messages.ts";
import { checkedRange, gridById } from "../ranges.ts";

function keptRule(
  edit: Edit,
  rule: Message<"ConditionalFormatRule"> | undefined,
): { sheet: Sheet; kept: Message<"ConditionalFormatRule"> } {
  if (rule?.booleanRule === undefined) throw invalid("Must specify a boolean rule.");
  const checked = (rule.ranges ?? []).map((range) => checkedRange(edit.book, range));
  const [first] = checked;
  if (first === undefined) throw invalid("Must specify at least one range.");
  if (checked.some(({ sheet }) => sheet !== first.sheet)) {
    throw invalid("All ranges of a conditional format must be on the same sheet.");
  }
  return { sheet: first.sheet, kept: { ...rule, ranges: checked.map(({ range }) => range) } };
}

function ruleAt(
  sheet: Sheet,
  index: number | undefined,
): { index: number; rule: Message<"ConditionalFormatRule"> } {
  const rule = sheet.rules.conditionalFormats[index ?? 0];
  if (rule !== undefined) return { index: index ?? 0, rule };
  throw invalid(`No conditional format on sheet: ${sheet.sheetId} at index: ${index ?? 0}`);
}

export function addConditionalFormatRule(
  edit: Edit,
  request: Message<"AddConditionalFormatRuleRequest">,
): Message<"Response"> {
  const { sheet, kept } = keptRule(edit, request.rule);
  const conditionalFormats = [...sheet.rules.conditionalFormats];
  const index = request.index ?? 0;
  if (index < 0 || index > conditionalFormats.length) {
    throw invalid(`Conditional format index must be valid: ${index}`);
  }
  conditionalFormats.splice(index, 0, kept);
  sheet.rules = { ...sheet.rules, conditionalFormats };
  return {};
}

export function updateConditionalFormatRule(
  edit: Edit,
  request: Message<"UpdateConditionalFormatRuleRequest">,
): Message<"Response"> {
  const moves = request.newIndex !== undefined;
  if (moves === (request.rule !== undefined)) {
    throw invalid("Must specify either a rule or a new index.");
  }
  const replacement = request.rule === undefined ? null : keptRule(edit, request.rule);
  const sheet = replacement?.sheet ?? gridById(edit.book, request.sheetId);
  const { index, rule } = ruleAt(sheet, request.index);
  const conditionalFormats = [...sheet.rules.conditionalFormats];
  conditionalFormats.splice(index, 1);
  const newRule = replacement?.kept ?? rule;
  const newIndex = request.newIndex ?? index;
  conditionalFormats.splice(newIndex, 0, newRule);
  sheet.rules = { ...sheet.rules, conditionalFormats };
  return {
    updateConditionalFormatRule: {
      newRule,
      newIndex,
      ...(moves ? { oldIndex: index } : { oldRule: rule }),
    },
  };
}

export function deleteConditionalFormatRule(
  edit: Edit,
  request: Message<"DeleteConditionalFormatRuleRequest">,
): Message<"Response"> {
  const sheet = gridById(edit.book, request.sheetId);
  const { index, rule } = ruleAt(sheet, request.index);
  const conditionalFormats = sheet.rules.conditionalFormats.toSpliced(index, 1);
  sheet.rules = { ...sheet.rules, conditionalFormats };
  return { deleteConditionalFormatRule: { rule } };
}
