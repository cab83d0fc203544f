/**
 * Looks at the sources and tells what may become part of an SQL text: constants, identifiers and words
 * quoted by `src/store/sql.ts`, and what is put together from nothing else. Everything it cannot prove
 * to be one of these is reported, so that a mistake of the analysis shows as a failure and not as a hole.
 *
 * @module
 */

type Node = Deno.lint.Node | Deno.lint.Parameter;

/** One of the sources. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** Methods that take SQL as their first argument, on what goes by these names. */
const METHODS = new Set(["all", "get", "run", "prepare", "exec"]);
const RECEIVER = /^(?:this\.#?|[\w.]+\.)?#?(?:db|database|driver|reader|writer)$/;

/** The functions everything else is traced back to. */
const QUOTING = ["quote", "literal"];

/** Properties of objects that carry SQL; what is put under these names in the store is checked there. */
const FRAGMENTS = new Set(["sql", "where", "order", "statements"]);
/** Where such properties are read. A tab's own `order`, say, is the name of a field and no fragment. */
const CARRIERS = /^(?:index|query|shown|part|rows|migration)$/;
/** Numbers that the contract's schema has checked. */
const NUMBERS = /^rows\.count$/;

/** Methods of texts and lists that add nothing of their own. */
const HARMLESS = new Set(["filter", "slice", "toSorted", "toReversed", "trim", "toLowerCase"]);

/** Finds every place where something else could become part of an SQL text, as `path: source`. */
export function findOpenSql(sources: readonly Source[]): string[] {
  const trusted = new Set(QUOTING);
  let findings: string[] = [];
  // A function is trusted once all it calls is, so the first rounds still distrust some.
  for (let before = -1; before !== trusted.size;) {
    before = trusted.size;
    findings = sources.flatMap((source) => analyse(source, trusted));
  }
  return findings;
}

function analyse({ path, text }: Source, trusted: Set<string>): string[] {
  const findings: string[] = [];
  const plugin: Deno.lint.Plugin = {
    name: "sql",
    rules: {
      open: {
        create({ sourceCode }) {
          const textOf = ({ range: [start, end] }: Node) => sourceCode.text.slice(start, end);
          let judge: Judge;
          const check = (node: Node) => {
            if (!judge.isSafe(node)) findings.push(`${path}: ${textOf(node)}`);
          };
          return {
            Program(program) {
              judge = new Judge(program, trusted, textOf);
              judge.trustExports();
            },
            CallExpression({ callee, arguments: [first] }) {
              if (callee.type !== "MemberExpression" || first === undefined) return;
              if (!METHODS.has(textOf(callee.property))) return;
              if (RECEIVER.test(textOf(callee.object))) check(first);
            },
            Property({ key, value }) {
              const isPattern = value.type === "Identifier" && value.name === textOf(key);
              if (FRAGMENTS.has(textOf(key)) && !isPattern && path.includes("/store/")) {
                check(value);
              }
            },
          };
        },
      },
    },
  };
  Deno.lint.runPlugin(plugin, path, text);
  return findings;
}

/** A function, whichever way it is written. */
type Callable = Node & {
  readonly type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression";
};

function isCallable(node: Node | null | undefined): node is Callable {
  return node?.type === "FunctionDeclaration" || node?.type === "FunctionExpression" ||
    node?.type === "ArrowFunctionExpression";
}

/** Judges the expressions of one file. */
class Judge {
  readonly #program: Deno.lint.Program;
  readonly #trusted: Set<string>;
  readonly #textOf: (node: Node) => string;
  /** Under way; what refers to itself adds nothing. */
  readonly #open = new Set<Node>();

  constructor(
    program: Deno.lint.Program,
    trusted: Set<string>,
    textOf: (node: Node) => string,
  ) {
    this.#program = program;
    this.#trusted = trusted;
    this.#textOf = textOf;
  }

  /** Functions and constants of the file that others may use in SQL. */
  trustExports(): void {
    for (const statement of this.#program.body) {
      if (statement.type !== "ExportNamedDeclaration") continue;
      const { declaration } = statement;
      if (isCallable(declaration) && this.#returnsSafe(declaration)) {
        this.#trusted.add(declaration.type === "FunctionDeclaration" ? nameOf(declaration.id) : "");
      }
      if (declaration?.type !== "VariableDeclaration") continue;
      for (const { id, init } of declaration.declarations) {
        if (init !== null && this.isSafe(init)) this.#trusted.add(nameOf(id));
      }
    }
  }

  /** Whether the value of the expression holds nothing but constants and what was quoted. */
  isSafe(node: Node): boolean {
    if (this.#open.has(node)) return true;
    this.#open.add(node);
    try {
      return this.#judge(node);
    } finally {
      this.#open.delete(node);
    }
  }

  #judge(node: Node): boolean {
    const all = (nodes: readonly (Node | null)[]) =>
      nodes.every((one) => one === null || this.isSafe(one));
    switch (node.type) {
      case "Literal":
        return true;
      case "TemplateLiteral":
        return all(node.expressions);
      case "BinaryExpression":
        // Any other operator makes a number or a truth value.
        return node.operator !== "+" || all([node.left, node.right]);
      case "LogicalExpression":
        return all([node.left, node.right]);
      case "ConditionalExpression":
        return all([node.consequent, node.alternate]);
      case "ArrayExpression":
        return all(node.elements);
      case "SpreadElement":
        return this.isSafe(node.argument);
      case "ObjectExpression":
        return all(node.properties.map((one) => one.type === "Property" ? one.value : one));
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
        return this.isSafe(node.expression);
      case "Identifier":
        return this.#isSafeName(node);
      case "MemberExpression":
        return this.#isSafeMember(node);
      case "CallExpression":
        return this.#isSafeCall(node);
      default:
        return false;
    }
  }

  #isSafeMember(node: Deno.lint.MemberExpression): boolean {
    const text = this.#textOf(node);
    if (NUMBERS.test(text) || text.endsWith(".length")) return true;
    const property = this.#textOf(node.property);
    if (!node.computed && FRAGMENTS.has(property)) {
      return CARRIERS.test(this.#textOf(node.object));
    }
    // A word of a constant table, whichever it is.
    return node.computed && this.isSafe(node.object);
  }

  #isSafeCall({ callee, arguments: given }: Deno.lint.CallExpression): boolean {
    if (callee.type === "Identifier") return this.#isSafeFunction(callee);
    if (callee.type !== "MemberExpression") return false;
    const method = this.#textOf(callee.property);
    const [first] = given;
    switch (method) {
      case "join":
        return this.isSafe(callee.object) && (first === undefined || this.isSafe(first));
      case "map":
      case "flatMap":
        if (isCallable(first)) return this.#returnsSafe(first);
        return first?.type === "Identifier" && this.#isSafeFunction(first);
      default:
        return HARMLESS.has(method) && this.isSafe(callee.object);
    }
  }

  #isSafeFunction(name: Deno.lint.Identifier): boolean {
    if (this.#trusted.has(name.name)) return true;
    const declared = this.#declarationOf(name, name.name);
    return declared !== null && isCallable(declared) && this.#returnsSafe(declared);
  }

  #returnsSafe(callable: Callable): boolean {
    const { body } = callable;
    if (body === null || body === undefined) return false;
    if (body.type !== "BlockStatement") return this.isSafe(body);
    const returned = returnsIn(body);
    return returned.length > 0 && returned.every((one) => this.isSafe(one));
  }

  #isSafeName(node: Deno.lint.Identifier): boolean {
    if (this.#trusted.has(node.name)) return true;
    const declared = this.#declarationOf(node, node.name);
    if (declared === null) return false;
    if (declared.type === "Identifier" || declared.type === "RestElement") {
      return this.#isSafeParameter(declared, node.name);
    }
    return this.isSafe(declared);
  }

  /**
   * What a name stands for: the value of a variable, a function, the list of a loop, or the parameter
   * itself. null: it comes from somewhere this analysis does not follow.
   */
  #declarationOf(from: Node, name: string): Node | null {
    for (let node: Node | null | undefined = from; node; node = parentOf(node)) {
      if (node.type === "ForOfStatement" && node.left.type === "VariableDeclaration") {
        const [declared] = node.left.declarations;
        if (declared !== undefined && binds(declared.id, name)) {
          return declared.id.type === "Identifier" ? node.right : null;
        }
      }
      if (isCallable(node)) {
        const parameter = node.params.find((one) => binds(one, name));
        if (parameter !== undefined) return parameterOf(parameter, name);
      }
      if (node.type === "BlockStatement" || node.type === "Program") {
        const found = declaredIn(node.body, name);
        if (found !== undefined) return found;
      }
    }
    return null;
  }

  /** A parameter is as safe as what the file's own calls give it; callbacks get the list's elements. */
  #isSafeParameter(parameter: Node, name: string): boolean {
    const callable = parentOf(parameter);
    // Taken out of an object: only what carries SQL by its name.
    if (!isCallable(callable)) return FRAGMENTS.has(name);
    const position = callable.params.findIndex((one) => one === parameter || binds(one, name));
    const holder = parentOf(callable);
    if (holder?.type === "CallExpression") {
      const { callee } = holder;
      return position === 0 && callee.type === "MemberExpression" && this.isSafe(callee.object);
    }
    const own = callable.type === "FunctionDeclaration"
      ? nameOf(callable.id)
      : holder?.type === "VariableDeclarator"
      ? nameOf(holder.id)
      : "";
    const isExported = holder?.type === "ExportNamedDeclaration";
    if (own === "" || isExported) return false;
    const calls = callsOf(this.#program, own);
    return calls.length > 0 && calls.every(({ callee, arguments: given }) => {
      // Handed to a list, it gets the elements.
      if (callee.type === "MemberExpression") return position === 0 && this.isSafe(callee.object);
      return parameter.type === "RestElement"
        ? given.slice(position).every((one) => this.isSafe(one))
        : given[position] !== undefined && this.isSafe(given[position]);
    });
  }
}

function parentOf(node: Node): Node | null | undefined {
  return "parent" in node ? node.parent as Node : null;
}

function nameOf(node: Node | null): string {
  return node?.type === "Identifier" ? node.name : "";
}

/** Whether a pattern brings the name into being. */
function binds(pattern: Node, name: string): boolean {
  switch (pattern.type) {
    case "Identifier":
      return pattern.name === name;
    case "RestElement":
      return binds(pattern.argument, name);
    case "AssignmentPattern":
      return binds(pattern.left, name);
    case "ArrayPattern":
      return pattern.elements.some((one) => one !== null && binds(one, name));
    case "ObjectPattern":
      return pattern.properties.some((one) =>
        one.type === "Property" ? binds(one.value, name) : binds(one, name)
      );
    default:
      return false;
  }
}

/** The part of a parameter that is judged: itself, or what is taken out of it under a telling name. */
function parameterOf(parameter: Node, name: string): Node | null {
  if (parameter.type === "Identifier" || parameter.type === "RestElement") return parameter;
  if (parameter.type !== "ObjectPattern") return null;
  for (const property of parameter.properties) {
    if (property.type === "Property" && property.value.type === "Identifier") {
      if (property.value.name === name) return property.value;
    }
  }
  return null;
}

/** undefined: not declared among these statements. */
function declaredIn(statements: readonly Node[], name: string): Node | null | undefined {
  for (const statement of statements) {
    const declared = statement.type === "ExportNamedDeclaration"
      ? statement.declaration
      : statement;
    if (isCallable(declared) && declared.type === "FunctionDeclaration") {
      if (nameOf(declared.id) === name) return declared;
    }
    if (declared?.type !== "VariableDeclaration") continue;
    for (const { id, init } of declared.declarations) {
      if (!binds(id, name)) continue;
      // What may be given another value later would have to be followed through all of them.
      const isFollowed = id.type === "Identifier" || id.type === "ArrayPattern";
      return isFollowed && declared.kind === "const" ? init : null;
    }
  }
  return undefined;
}

/** Every node below, in no particular order. */
function* below(node: Node): Generator<Node> {
  for (const key in node) {
    if (key === "parent" || key === "range") continue;
    const value: unknown = Reflect.get(node, key);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === "object" && one !== null && "type" in one) {
        yield one as Node;
        yield* below(one as Node);
      }
    }
  }
}

function returnsIn(body: Node): Node[] {
  const found: Node[] = [];
  for (const node of below(body)) {
    if (node.type !== "ReturnStatement" || node.argument === null) continue;
    let owner = parentOf(node);
    while (owner && !isCallable(owner)) owner = parentOf(owner);
    if (owner !== null && owner !== undefined && owner === parentOf(body)) {
      found.push(node.argument);
    }
  }
  return found;
}

/** Calls of a function by its name, and calls of methods that are given it. */
function callsOf(program: Deno.lint.Program, name: string): Deno.lint.CallExpression[] {
  const calls: Deno.lint.CallExpression[] = [];
  for (const node of below(program)) {
    if (node.type !== "CallExpression") continue;
    const isGiven = node.callee.type === "MemberExpression" &&
      node.arguments.some((one) => nameOf(one) === name);
    if (isGiven || nameOf(node.callee) === name) calls.push(node);
  }
  return calls;
}
