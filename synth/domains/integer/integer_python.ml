open Lambda

let keywords =
  [
    "False"; "None"; "True"; "and"; "as"; "assert"; "async"; "await"; "break"; "class"; "continue"; "def"; "del"; "elif";
    "else"; "except"; "finally"; "for"; "from"; "global"; "if"; "import"; "in"; "is"; "lambda"; "nonlocal"; "not"; "or";
    "pass"; "raise"; "return"; "try"; "while"; "with"; "yield"; "__debug__";
  ]

let is_name s =
  let letter c = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c = '_' in
  let digit c = c >= '0' && c <= '9' in
  s <> "" && letter s.[0] && String.for_all (fun c -> letter c || digit c) s && not (List.mem s keywords)

(* How tightly an expression binds, as in Python's grammar. *)
let choice = 0
let disjunction = 1
let conjunction = 2
let negation = 3
let comparison = 4
let sum = 5
let product = 6
let sign = 7
let atom = 8

(* An infix operator: its sign, how tightly it binds, and how tightly its two sides have to. *)
let infix = function
  | "add" -> Some ("+", sum, sum, product)
  | "sub" -> Some ("-", sum, sum, product)
  | "mul" -> Some ("*", product, product, sign)
  | "div" -> Some ("//", product, product, sign)
  | "mod" -> Some ("%", product, product, sign)
  | "eq" -> Some ("==", comparison, sum, sum)
  | "lt" -> Some ("<", comparison, sum, sum)
  | "le" -> Some ("<=", comparison, sum, sum)
  | "xor" -> Some ("!=", comparison, sum, sum)
  | "and" -> Some ("and", conjunction, conjunction, negation)
  | "or" -> Some ("or", disjunction, disjunction, conjunction)
  | _ -> None

let opposite = function "eq" -> Some "!=" | "lt" -> Some ">=" | "le" -> Some ">" | "xor" -> Some "==" | _ -> None

let expression t =
  let rec at_least level t =
    let text, own = shown t in
    if own < level then "(" ^ text ^ ")" else text
  and joined (operator, own, left, right) a b = (Printf.sprintf "%s %s %s" (at_least left a) operator (at_least right b), own)
  and shown t =
    match Term.spine t with
    | Primitive { name }, [] -> (name, if name.[0] = '-' then sign else atom)
    | Primitive { name = "neg" }, [ a ] -> ("-" ^ at_least sign a, sign)
    | Primitive { name = "not" }, [ a ] -> (
      match Term.spine a with
      | Primitive { name }, [ x; y ] when opposite name <> None ->
        joined (Option.get (opposite name), comparison, sum, sum) x y
      | _ -> ("not " ^ at_least negation a, negation))
    | Primitive { name = "if" | "if_bool" }, [ c; a; b ] ->
      (Printf.sprintf "%s if %s else %s" (at_least disjunction a) (at_least disjunction c) (at_least choice b), choice)
    | Primitive { name }, [ a; b ] when infix name <> None -> joined (Option.get (infix name)) a b
    | Primitive { name }, arguments -> (Printf.sprintf "%s(%s)" name (String.concat ", " (List.map (at_least choice) arguments)), atom)
    | _ -> invalid_arg "Integer_python.expression"
  in
  fst (shown (if Term.inventions t = [] then t else Term.beta_normal (Term.expand t)))
