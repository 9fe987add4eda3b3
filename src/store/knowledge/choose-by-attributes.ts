/** SQL of a filter by documents' attributes. */
import type { AttributeFilter } from "../../domain/knowledge";
import type { Conditions } from "../sql/conditions";

type Comparison = Extract<AttributeFilter, { key: string }>;

const OPERATORS = { eq: "=", ne: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/** True of a row `d` of `knowledge_documents` that the filter lets through; binds what it compares with. */
export function chooseByAttributes(filter: AttributeFilter, conditions: Conditions): string {
  if (!("filters" in filter)) {
    return compare(filter, conditions);
  }
  const terms = filter.filters.map((one) => chooseByAttributes(one, conditions));
  return terms.length === 0 ? "true" : `(${terms.join(filter.type === "and" ? " AND " : " OR ")})`;
}

function compare({ type, key, value }: Comparison, conditions: Conditions): string {
  const values = Array.isArray(value) ? value : [value];
  const operator = type === "in" || type === "nin" ? "=" : OPERATORS[type];
  const terms = values.map((one) => compareOne(operator, key, one, conditions));
  const any = `coalesce(${terms.length === 0 ? "false" : terms.join(" OR ")}, false)`;
  return type === "ne" || type === "nin" ? `NOT ${any}` : any;
}

/** As JSON writes it, a boolean is no number. Of a number and a text neither is more. */
function compareOne(
  operator: string,
  key: string,
  value: string | number | boolean,
  conditions: Conditions,
): string {
  const path = conditions.bind(`$.${JSON.stringify(key)}`);
  if (typeof value === "boolean") {
    return `(d.attributes -> ${path}) ${operator} ${conditions.bind(String(value))}`;
  }
  const types = typeof value === "number" ? "'integer', 'real'" : "'text'";
  return `(json_type(d.attributes, ${path}) IN (${types})
    AND (d.attributes ->> ${path}) ${operator} ${conditions.bind(value)})`;
}
